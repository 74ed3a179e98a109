import { beforeAll, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { Dataset, type Export, ExportState, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { parse } from "./support/csv.ts";
import { describeBothWays, TEST_TIMEOUT_MS } from "./support/modes.ts";
import { type Member, pairDevice, signUp } from "./support/people.ts";
import { ask, expectRefusal } from "./support/request.ts";
import { uploadSamples, type UploadedSample } from "./support/samples.ts";
import { readLines } from "./support/sessions.ts";

const DATASETS = [Dataset.SESSIONS, Dataset.VISITS, Dataset.EVENTS];
const KINDS = DATASETS.flatMap((dataset) => [Format.CSV, Format.NDJSON].map((format) => ({ dataset, format })));

describeBothWays("exports", (system) => {
  let member: Member;
  let uploaded: UploadedSample[];
  beforeAll(async () => {
    member = await signUp(system().url);
    uploaded = await uploadSamples(member, await pairDevice(member));
  }, TEST_TIMEOUT_MS);

  async function streamed(spec: { dataset: Dataset; format: Format; sessionIds?: string[] }): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const { data } of member.exports.streamExport({ spec })) parts.push(data);
    return Buffer.concat(parts).toString();
  }

  async function made(spec: { dataset: Dataset; format: Format; sessionIds?: string[] }): Promise<Export> {
    const { export: queued } = await member.exports.createExport({ spec, requestId: newId() });
    let last = queued;
    for await (const { export: state } of member.exports.watchExport({ exportId: queued?.exportId ?? "" })) {
      last = state ?? last;
    }
    if (last?.state !== ExportState.DONE) throw new Error(`the export ended with ${last?.errorReason}`);
    return last;
  }

  const fetchFile = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    ask(system().url + path, { token: member.accessToken, headers, method });

  test("of every dataset in every format are the same streamed and as a file", async () => {
    for (const spec of KINDS) {
      const text = await streamed(spec);
      const done = await made(spec);
      const file = await fetchFile(done.downloadPath);
      expect(file.status).toBe(200);
      expect(file.text).toBe(text);
      expect(file.bytes.length).toBe(Number(done.sizeBytes));
      const headOnly = await fetchFile(done.downloadPath, {}, "HEAD");
      expect(headOnly.headers.get("content-length")).toBe(String(done.sizeBytes));
      expect(file.headers.get("content-disposition")).toBe(`attachment; filename="${done.fileName}"`);
      const rows = spec.format === Format.CSV ? parse(text).length - 1 : text.trimEnd().split("\n").length;
      expect(rows).toBe(Number(done.rowCount));
    }
  });

  test("hold a row for each session, visit and event", async () => {
    const { visits } = await member.analysis.listVisits({ pageSize: 1000 });
    const events = uploaded.flatMap(({ sample }) => sample.tabs.flatMap((tab) => tab.events));
    const rows = async (dataset: Dataset) => {
      const [head = [], ...body] = parse(await streamed({ dataset, format: Format.CSV }));
      return body.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));
    };
    const sessionRows = await rows(Dataset.SESSIONS);
    expect(sessionRows.map((row) => row["session_id"]).toSorted()).toEqual(
      uploaded.map(({ sessionId }) => sessionId).toSorted(),
    );
    const visitRows = await rows(Dataset.VISITS);
    expect(visitRows.map((row) => [row["session_id"], row["ordinal"], row["page_kind"]]).toSorted()).toEqual(
      visits.map((visit) => [visit.sessionId, String(visit.ordinal), visit.pageKind]).toSorted(),
    );
    expect(await rows(Dataset.EVENTS)).toHaveLength(events.length);
  });

  test("hold the events of the sessions that were asked for, as they are read back", async () => {
    const sessionId = uploaded[1]?.sessionId ?? "";
    const lines = await readLines(member, sessionId);
    const ndjson = await streamed({ dataset: Dataset.EVENTS, format: Format.NDJSON, sessionIds: [sessionId] });
    expect(
      ndjson
        .trimEnd()
        .split("\n")
        .map((line): unknown => JSON.parse(line).event),
    ).toEqual(lines.map((line): unknown => JSON.parse(line)));
    const csv = parse(await streamed({ dataset: Dataset.EVENTS, format: Format.CSV, sessionIds: [sessionId] }));
    expect(csv.slice(1).map((row) => row[3] ?? "")).toEqual(lines);
  });

  test("that are asked for twice with one request id are one", async () => {
    const request = { spec: { dataset: Dataset.SESSIONS, format: Format.CSV }, requestId: newId() };
    const [first, second] = await Promise.all([
      member.exports.createExport(request),
      member.exports.createExport(request),
    ]);
    expect(second.export?.exportId).toBe(first.export?.exportId ?? "");
  });

  test("are fetched in parts", async () => {
    const { downloadPath } = await made({ dataset: Dataset.EVENTS, format: Format.NDJSON });
    const whole = await fetchFile(downloadPath);
    const size = whole.bytes.length;
    const etag = whole.headers.get("etag") ?? "";
    expect(size).toBeGreaterThan(1_000_000);
    const part = async (range: string, headers: Record<string, string> = {}) => {
      const answer = await fetchFile(downloadPath, { range, ...headers });
      return { status: answer.status, range: answer.headers.get("content-range"), bytes: answer.bytes };
    };
    const expectPart = async (range: string, first: number, last: number) => {
      const answer = await part(range);
      expect(answer).toMatchObject({ status: 206, range: `bytes ${first}-${last}/${size}` });
      expect(Buffer.compare(answer.bytes, whole.bytes.subarray(first, last + 1))).toBe(0);
    };
    await expectPart("bytes=0-0", 0, 0);
    await expectPart("bytes=65530-65545", 65_530, 65_545);
    await expectPart(`bytes=${size - 10}-`, size - 10, size - 1);
    await expectPart("bytes=-100", size - 100, size - 1);
    await expectPart(`bytes=-${size * 2}`, 0, size - 1);
    await expectPart(`bytes=500000-${size * 2}`, 500_000, size - 1);
    await expectPart("bytes=0-", 0, size - 1);
    // Several ranges, other units and what cannot be read: the whole file.
    for (const range of ["bytes=0-1,5-6", "lines=0-1", "bytes=5-1", "bytes=-", "bytes=a-b"]) {
      expect((await part(range)).status).toBe(200);
    }
    for (const range of [`bytes=${size}-`, "bytes=-0", "bytes=999999999999999-"]) {
      const answer = await fetchFile(downloadPath, { range });
      expectRefusal(answer, "range_not_satisfiable", 416);
      expect(answer.headers.get("content-range")).toBe(`bytes */${size}`);
    }
    expect((await part("bytes=0-9", { "if-range": etag })).status).toBe(206);
    expect((await part("bytes=0-9", { "if-range": '"another"' })).status).toBe(200);
    const headOnly = await fetchFile(downloadPath, {}, "HEAD");
    expect(headOnly).toMatchObject({ status: 200, bytes: new Uint8Array() });
    expect(headOnly.headers.get("content-length")).toBe(String(size));
    expect(headOnly.headers.get("accept-ranges")).toBe("bytes");
  });

  test("that hold nothing are a file all the same", async () => {
    const nobody = await signUp(system().url);
    const { export: queued } = await nobody.exports.createExport({
      spec: { dataset: Dataset.EVENTS, format: Format.NDJSON },
    });
    for await (const _ of nobody.exports.watchExport({ exportId: queued?.exportId ?? "" }));
    const path = `${system().url}/v1/exports/${queued?.exportId}/file`;
    const empty = await ask(path, { token: nobody.accessToken });
    expect(empty).toMatchObject({ status: 200, text: "" });
    expectRefusal(
      await ask(path, { token: nobody.accessToken, headers: { range: "bytes=0-" } }),
      "range_not_satisfiable",
      416,
    );
  });

  test("are nobody else's", async () => {
    const { exportId, downloadPath } = await made({ dataset: Dataset.SESSIONS, format: Format.CSV });
    const stranger = await signUp(system().url);
    expectRefusal(await ask(system().url + downloadPath, { token: stranger.accessToken }), "export_not_found", 404);
    expectRefusal(await ask(system().url + downloadPath), "token_missing", 401);
    expectRefusal(
      await ask(`${system().url}/v1/exports/${newId()}/file`, { token: member.accessToken }),
      "export_not_found",
      404,
    );
    expect((await stranger.exports.listExports({})).exports).toEqual([]);
    expect((await member.exports.listExports({})).exports.map((each) => each.exportId)).toContain(exportId);
  });
});
