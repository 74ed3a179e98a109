import { beforeEach, describe, expect, test } from "bun:test";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { refusal } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { Dataset, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { Callers, type Member } from "./support/callers.ts";
import { collect } from "./support/collect.ts";
import { parseTable } from "./support/csv.ts";
import { FakeSources } from "./support/fake-sources.ts";
import { Gate } from "@gigtrail/test-kit/gate";
import { chunk, eventsOf, putRecorded } from "./support/recorded.ts";
import { refused } from "@gigtrail/test-kit/refused";
import { streamClient } from "./support/stream-only.ts";

let sources: FakeSources;
let callers: Callers;
let ann: Member;

beforeEach(() => {
  sources = new FakeSources();
  callers = new Callers();
  ann = callers.member();
});

interface Asked {
  dataset: Dataset;
  format: Format;
  sessionIds?: string[];
}

async function exported(spec: Asked, who = ann): Promise<string> {
  return (await collect(streamClient(sources, callers).streamExport({ spec }, who.options))).toString();
}

/** The lines of an NDJSON export, parsed. */
async function lines(spec: Omit<Asked, "format">, who = ann): Promise<Record<string, unknown>[]> {
  const text = await exported({ ...spec, format: Format.NDJSON }, who);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

async function table(spec: Omit<Asked, "format">, who = ann): Promise<Record<string, string>[]> {
  return parseTable(await exported({ ...spec, format: Format.CSV }, who));
}

/** An NDJSON row as CSV says it. */
function asText(row: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? "" : String(value)]));
}

describe("what is exported", () => {
  test("sessions", async () => {
    sources.put(ann.workspaceId, ann.userId, { message: { displayName: "=1+1", state: SessionState.RECORDING } });
    const full = sources.put(ann.workspaceId, ann.userId, {
      message: {
        deviceId: "01920000-0000-7000-8000-0000000000dd",
        displayName: 'Monday, "early"\r\nand late',
        generation: 2,
        createTime: timestampFromMs(1_700_000_000_007),
        firstEventTime: timestampFromMs(-62_135_596_800_000),
        lastEventTime: timestampFromMs(253_402_300_799_999),
        eventCount: 3_000_000_000n,
        chunkCount: 12n,
        rawBytes: 5n,
        storedBytes: 4n,
        maskedValues: 3n,
        droppedEvents: 2n,
        cutEvents: 6n,
        misdatedEvents: 1n,
        clockOffsetMs: -1_500n,
        eventsExpireTime: timestampFromMs(1_800_000_000_000),
      },
    });
    const rows = await lines({ dataset: Dataset.SESSIONS });
    expect(rows.map((row) => row["display_name"])).toEqual(['Monday, "early"\r\nand late', "=1+1"]);
    expect(rows[0]).toEqual({
      session_id: full.sessionId,
      user_id: ann.userId,
      device_id: "01920000-0000-7000-8000-0000000000dd",
      display_name: 'Monday, "early"\r\nand late',
      state: "complete",
      generation: 2,
      create_time: "2023-11-14T22:13:20.007Z",
      first_event_time: "0001-01-01T00:00:00.000Z",
      last_event_time: "9999-12-31T23:59:59.999Z",
      event_count: 3_000_000_000,
      chunk_count: 12,
      raw_bytes: 5,
      stored_bytes: 4,
      masked_values: 3,
      dropped_events: 2,
      cut_events: 6,
      misdated_events: 1,
      clock_offset_ms: -1500,
      events_expire_time: "2027-01-15T08:00:00.000Z",
    });
    expect(rows[1]).toMatchObject({
      state: "recording",
      device_id: null,
      first_event_time: null,
      clock_offset_ms: null,
    });
    const cells = await table({ dataset: Dataset.SESSIONS });
    expect(cells[0]).toEqual(asText(rows[0] ?? {}));
    expect(cells[1]?.["display_name"]).toBe("'=1+1");
  });

  test("visits", async () => {
    const session = putRecorded(sources, ann.workspaceId, ann.userId);
    const rows = await lines({ dataset: Dataset.VISITS });
    expect(rows[0]).toEqual({
      session_id: session.sessionId,
      tab_id: String(session.visits[0]?.tabId),
      ordinal: 0,
      page_kind: "job_detail",
      url: "https://www.upwork.com/jobs/~021950000000000000001",
      path_pattern: null,
      enter_time: "2023-11-14T22:13:20.123Z",
      leave_time: "2023-11-14T22:13:32.500Z",
      active_seconds: 12.345,
      idle_seconds: 0.032,
      job_key: "~021950000000000000001",
    });
    expect(await table({ dataset: Dataset.VISITS })).toEqual(rows.map(asText));
  });

  test("events, exactly as they are stored", async () => {
    sources.frameBytes = 7;
    const older = putRecorded(sources, ann.workspaceId, ann.userId);
    const newer = putRecorded(sources, ann.workspaceId, ann.userId);
    const wanted = [...eventsOf(newer), ...eventsOf(older)];
    const text = await exported({ dataset: Dataset.EVENTS, format: Format.NDJSON });
    expect(text).toBe(
      wanted
        .map(
          (row) =>
            `{"session_id":"${row.session_id}","tab_id":"${row.tab_id}","seq":${row.seq},"event":${row.event}}\n`,
        )
        .join(""),
    );
    expect(
      text
        .split("\n")
        .slice(0, -1)
        .every((line) => JSON.parse(line)),
    ).toBe(true);
    const cells = await table({ dataset: Dataset.EVENTS });
    expect(cells).toEqual(wanted.map(({ event, ...row }) => ({ ...asText(row), event_json: event })));
  });

  test("nothing, where there is nothing: a header line alone in CSV", async () => {
    for (const dataset of [Dataset.SESSIONS, Dataset.VISITS, Dataset.EVENTS]) {
      expect(await lines({ dataset })).toEqual([]);
      expect((await exported({ dataset, format: Format.CSV })).split("\r\n")).toHaveLength(2);
    }
  });

  test("more sessions than a page or a call names, each once, newest first", async () => {
    const all = Array.from(
      { length: 11 },
      () => putRecorded(sources, ann.workspaceId, ann.userId).sessionId,
    ).toReversed();
    const visits = await lines({ dataset: Dataset.VISITS });
    expect([...new Set(visits.map((row) => row["session_id"]))]).toEqual(all);
    expect(visits).toHaveLength(22);
    expect((await lines({ dataset: Dataset.SESSIONS })).map((row) => row["session_id"])).toEqual(all);
  });

  test("only the sessions that are named, each once", async () => {
    const [one, , three] = [1, 2, 3].map(() => putRecorded(sources, ann.workspaceId, ann.userId).sessionId);
    const sessionIds = [three ?? "", one ?? "", (three ?? "").toUpperCase()];
    for (const dataset of [Dataset.SESSIONS, Dataset.VISITS, Dataset.EVENTS]) {
      const ids = (await lines({ dataset, sessionIds })).map((row) => row["session_id"]);
      expect([...new Set(ids)]).toEqual([three, one]);
      if (dataset === Dataset.SESSIONS) expect(ids).toHaveLength(2);
    }
  });
});

describe("who sees what", () => {
  test.each([Dataset.SESSIONS, Dataset.VISITS, Dataset.EVENTS])(
    "dataset %d: a member their own, an admin all",
    async (dataset) => {
      const ben = callers.member({ workspaceId: ann.workspaceId, role: Role.ADMIN });
      const elsewhere = callers.member({ userId: ann.userId, role: Role.OWNER });
      const anns = putRecorded(sources, ann.workspaceId, ann.userId).sessionId;
      const bens = putRecorded(sources, ann.workspaceId, ben.userId).sessionId;
      const ids = async (who: Member, sessionIds: string[] = []) => [
        ...new Set((await lines({ dataset, sessionIds }, who)).map((row) => row["session_id"])),
      ];
      expect(await ids(ann)).toEqual([anns]);
      expect(await ids(ben)).toEqual([bens, anns]);
      expect(await ids(elsewhere)).toEqual([]);
      expect(await ids(ben, [anns])).toEqual([anns]);
      for (const foreign of [[bens], [anns, bens], [newId()]])
        expect(await refused(ids(ann, foreign))).toBe("session_not_found");
      expect(await refused(ids(elsewhere, [anns]))).toBe("session_not_found");
    },
  );

  test("a deleted session answers as one that never was, before anything is sent", async () => {
    const kept = putRecorded(sources, ann.workspaceId, ann.userId);
    const gone = putRecorded(sources, ann.workspaceId, ann.userId);
    sources.delete(gone);
    const spec = { dataset: Dataset.EVENTS, format: Format.CSV, sessionIds: [kept.sessionId, gone.sessionId] };
    const frames: Uint8Array[] = [];
    const call = async () => {
      for await (const { data } of streamClient(sources, callers).streamExport({ spec }, ann.options))
        frames.push(data);
    };
    expect(await refused(call())).toBe("session_not_found");
    expect(frames).toEqual([]);
  });

  test("a session whose events retention took is left out of all events, and named it says so", async () => {
    const message = { eventsExpireTime: timestampFromMs(1_800_000_000_000) };
    const { sessionId } = putRecorded(sources, ann.workspaceId, ann.userId, { message });
    const ids = async (sessionIds: string[]) =>
      (await lines({ dataset: Dataset.EVENTS, sessionIds })).map((row) => row["session_id"]);
    expect(await ids([])).not.toContain(sessionId);
    expect(await refused(ids([sessionId]))).toBe("events_expired");
  });

  test("a session that is deleted while the list is read is left out", async () => {
    const older = putRecorded(sources, ann.workspaceId, ann.userId);
    putRecorded(sources, ann.workspaceId, ann.userId);
    sources.whileReading = () => void (older.deleted = true);
    const ids = (await lines({ dataset: Dataset.EVENTS })).map((row) => row["session_id"]);
    expect(ids).not.toContain(older.sessionId);
    expect(ids).toHaveLength(6);
  });
});

describe("the stream", () => {
  test("goes on where it was when a service token ends meanwhile, and neither loses nor repeats an event", async () => {
    sources.frameBytes = 10;
    const session = putRecorded(sources, ann.workspaceId, ann.userId);
    const spec = { dataset: Dataset.EVENTS, format: Format.NDJSON };
    const whole = await exported(spec);
    let frames = 0;
    sources.whileReading = () => {
      frames += 1;
      if (frames === 9 || frames === 25 || frames === 50) throw refusal("token_expired");
    };
    const resumed = await collect(streamClient(sources, callers).streamExport({ spec }, ann.options));
    expect(resumed.toString()).toBe(whole);
    expect(sources.streams).toBe(5);
    expect(eventsOf(session)).toHaveLength(6);
  });

  test("ends with token_expired when the service token never lasts", async () => {
    putRecorded(sources, ann.workspaceId, ann.userId);
    sources.whileReading = () => {
      throw refusal("token_expired");
    };
    expect(await refused(lines({ dataset: Dataset.EVENTS }))).toBe("token_expired");
  });

  test("ends the calls behind it when the caller goes away", async () => {
    const tabId = newId();
    const big = chunk(
      tabId,
      0,
      Array.from({ length: 2_000 }, () => `{"type":3,"data":"${"x".repeat(1_000)}"}`),
    );
    sources.put(ann.workspaceId, ann.userId, {
      chunks: () => Array.from({ length: 50 }, (_, seq) => ({ ...big, seq })),
    });
    const leaving = new AbortController();
    const frames = streamClient(sources, callers).streamExport(
      { spec: { dataset: Dataset.EVENTS, format: Format.NDJSON } },
      { ...ann.options, signal: leaving.signal },
    );
    const read = async () => {
      for await (const { data } of frames) if (data.length > 0) leaving.abort();
    };
    await read().catch(() => undefined);
    await eventually(() => expect(sources.openStreams).toBe(0));
    expect(sources.bytesGiven).toBeLessThan(5_000_000);
  });

  test("ends the calls behind it when the caller goes away while nothing comes", async () => {
    const gate = new Gate();
    putRecorded(sources, ann.workspaceId, ann.userId);
    sources.whileReading = (_session, _frame, signal) => gate.pass(signal);
    const leaving = new AbortController();
    const frames = streamClient(sources, callers, 10).streamExport(
      { spec: { dataset: Dataset.EVENTS, format: Format.NDJSON } },
      { ...ann.options, signal: leaving.signal },
    );
    const reading = collect(frames).catch(() => undefined);
    await gate.reached;
    leaving.abort();
    await reading;
    await eventually(() => expect(sources.openStreams).toBe(0));
  });

  test("keeps the line open with empty frames while the sources are slow", async () => {
    const gate = new Gate();
    putRecorded(sources, ann.workspaceId, ann.userId);
    sources.whileReading = (_session, _frame, signal) => gate.pass(signal);
    const frames = streamClient(sources, callers, 5).streamExport(
      { spec: { dataset: Dataset.EVENTS, format: Format.NDJSON } },
      ann.options,
    );
    let empty = 0;
    let bytes = 0;
    for await (const { data } of frames) {
      if (data.length === 0) empty += 1;
      if (empty === 2) gate.open();
      bytes += data.length;
    }
    expect(empty).toBeGreaterThanOrEqual(2);
    expect(bytes).toBeGreaterThan(0);
  });

  test("ends with token_expired when the caller's token does", async () => {
    const soon = callers.member({ expireMs: Date.now() + 150 });
    const gate = new Gate();
    putRecorded(sources, soon.workspaceId, soon.userId);
    sources.whileReading = (_session, _frame, signal) => gate.pass(signal);
    const frames = streamClient(sources, callers, 10).streamExport(
      { spec: { dataset: Dataset.EVENTS, format: Format.NDJSON } },
      soon.options,
    );
    expect(await refused(collect(frames))).toBe("token_expired");
    await eventually(() => expect(sources.openStreams).toBe(0));
  });

  test("is refused while a source is down", async () => {
    sources.isDown = true;
    expect(await refused(lines({ dataset: Dataset.SESSIONS }))).toBe("unavailable");
  });

  test("holds a bounded part of 100 MB, and never runs ahead of its reader", async () => {
    const tabId = newId();
    const line = `{"type":3,"timestamp":1,"data":"${"x".repeat(500)}"}`;
    const megabyte = chunk(
      tabId,
      0,
      Array.from({ length: Math.ceil(1_000_000 / line.length) }, () => line),
    );
    function* chunks() {
      for (let seq = 0; seq < 100; seq += 1) yield { ...megabyte, seq };
    }
    sources.put(ann.workspaceId, ann.userId, { chunks });
    const spec = { dataset: Dataset.EVENTS, format: Format.NDJSON };
    let taken = 0;
    let mostAhead = 0;
    for await (const { data } of streamClient(sources, callers).streamExport({ spec }, ann.options)) {
      taken += data.length;
      mostAhead = Math.max(mostAhead, sources.bytesGiven - taken);
      expect(data.length).toBeLessThanOrEqual(256 * 1024);
    }
    expect(taken).toBeGreaterThan(100_000_000);
    expect(mostAhead).toBeLessThan(2_000_000);
  }, 30_000);
});
