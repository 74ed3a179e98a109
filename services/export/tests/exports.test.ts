import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { newId } from "@gigtrail/platform/ids";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { Dataset, ExportState, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import * as fc from "fast-check";
import { sql } from "kysely";
import { SYSTEM_TABLES } from "../db/system-tables.ts";
import { removeExpired } from "../sweeps/expiry-sweep.ts";
import { DATABASES } from "@gigtrail/test-kit/databases";
import { Gate } from "@gigtrail/test-kit/gate";
import { chunk, putRecorded } from "./support/recorded.ts";
import { refused } from "@gigtrail/test-kit/refused";
import { TestExport } from "./support/test-export.ts";

const EVENTS = { dataset: Dataset.EVENTS, format: Format.NDJSON };
const SESSIONS = { dataset: Dataset.SESSIONS, format: Format.CSV };

// A wake-up may be missed, and a worker looks by itself every two seconds; machines may be busy.
setDefaultTimeout(30_000);

for (const kind of DATABASES) {
  describe.skipIf(kind.skip)(`exports on ${kind.title}`, () => {
    let t: TestExport;

    beforeAll(async () => {
      t = await TestExport.open(await kind.open());
    }, 60_000);
    afterEach(() => t.reset());
    afterAll(() => t.close(), 30_000);

    test("every dataset and format becomes a file with the bytes that a stream gives", async () => {
      const ann = t.callers.member();
      for (let n = 0; n < 4; n += 1) putRecorded(t.sources, ann.workspaceId, ann.userId);
      await t.startService();
      const datasets: [Dataset, bigint][] = [
        [Dataset.SESSIONS, 4n],
        [Dataset.VISITS, 8n],
        [Dataset.EVENTS, 24n],
      ];
      for (const [dataset, rows] of datasets) {
        for (const format of [Format.CSV, Format.NDJSON]) {
          const made = await t.made(ann, { dataset, format });
          const wanted = await t.stream(ann, { dataset, format });
          expect(made).toMatchObject({ state: ExportState.DONE, percent: 100, errorReason: "" });
          expect(made.spec).toMatchObject({ dataset, format, sessionIds: [] });
          expect(made.sizeBytes).toBe(BigInt(wanted.length));
          expect(made.rowCount).toBe(rows);
          const name = `gigtrail-${Dataset[dataset].toLowerCase()}-\\d{4}-\\d\\d-\\d\\d\\.${format === Format.CSV ? "csv" : "ndjson"}`;
          expect(made.fileName).toMatch(new RegExp(`^${name}$`));
          expect(made.downloadPath).toBe(`/v1/exports/${made.exportId}/file`);
          expect((await t.read(ann, made.exportId)).equals(wanted)).toBe(true);
        }
      }
    });

    test("an export of nothing is an empty file", async () => {
      const ann = t.callers.member();
      await t.startService();
      const made = await t.made(ann, EVENTS);
      expect(made).toMatchObject({ state: ExportState.DONE, rowCount: 0n, sizeBytes: 0n });
      expect((await t.read(ann, made.exportId)).length).toBe(0);
    });

    test("any range of a file is the same slice of it", async () => {
      const ann = t.callers.member();
      const events = Array.from({ length: 3_000 }, (_, n) => `{"type":3,"timestamp":${n},"data":"${"é".repeat(60)}"}`);
      const stored = chunk(newId(), 0, events);
      t.sources.put(ann.workspaceId, ann.userId, { chunks: () => [stored] });
      await t.startService();
      const { exportId, sizeBytes } = await t.made(ann, EVENTS);
      const size = Number(sizeBytes);
      expect(size).toBeGreaterThan(256 * 1024);
      const whole = await t.stream(ann, EVENTS);
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: size - 1 }), fc.nat({ max: size * 2 }), async (offset, limit) => {
          const wanted = whole.subarray(offset, limit === 0 ? size : offset + limit);
          expect((await t.read(ann, exportId, offset, limit)).equals(wanted)).toBe(true);
        }),
        { numRuns: 15 },
      );
      expect(await refused(t.read(ann, exportId, size))).toBe("range_not_satisfiable");
      expect(await refused(t.read(ann, exportId, size + 1, 5))).toBe("range_not_satisfiable");
      const huge = { exportId, offset: 0n, limit: 2n ** 63n - 1n };
      expect(await refused(Array.fromAsync(t.client.readExportFile(huge, ann.options)))).toBe("not refused");
    });

    test("a changed file is not given out", async () => {
      const ann = t.callers.member();
      putRecorded(t.sources, ann.workspaceId, ann.userId);
      await t.startService();
      const { exportId } = await t.made(ann, EVENTS);
      const [name = ""] = await t.blobNames();
      const bytes = await t.blobs.get(name);
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      await t.blobs.put(name, bytes);
      expect(await refused(t.read(ann, exportId))).toBe("internal");
      await t.blobs.put(name, bytes.subarray(0, 20));
      expect(await refused(t.read(ann, exportId))).toBe("internal");
    });

    test("the same request makes one export, also when it comes twice at once; another member's makes another", async () => {
      const ann = t.callers.member();
      const ben = t.callers.member({ workspaceId: ann.workspaceId });
      const requestId = newId();
      const [one, two] = await Promise.all([t.create(ann, EVENTS, requestId), t.create(ann, EVENTS, requestId)]);
      expect(two.exportId).toBe(one.exportId);
      expect((await t.create(ann, SESSIONS, requestId.toUpperCase())).exportId).toBe(one.exportId);
      expect((await t.create(ben, EVENTS, requestId)).exportId).not.toBe(one.exportId);
      expect((await t.create(ann, EVENTS)).exportId).not.toBe((await t.create(ann, EVENTS)).exportId);
    });

    test("at most 20 are unfinished, however they are asked for", async () => {
      const ann = t.callers.member();
      const asked = await Promise.all(Array.from({ length: 23 }, () => refused(t.create(ann, EVENTS))));
      expect(asked.filter((reason) => reason === "too_many_exports")).toHaveLength(3);
      expect(asked.filter((reason) => reason === "not refused")).toHaveLength(20);
      const ben = t.callers.member({ workspaceId: ann.workspaceId });
      expect((await t.create(ben, EVENTS)).state).toBe(ExportState.QUEUED);
      await t.startService();
      for (const each of (await t.client.listExports({}, ann.options)).exports) await t.ended(ann, each);
      expect((await t.create(ann, EVENTS)).state).toBe(ExportState.QUEUED);
    });

    test("named sessions must be there for the caller", async () => {
      const ann = t.callers.member();
      const ben = t.callers.member({ workspaceId: ann.workspaceId });
      const admin = t.callers.member({ workspaceId: ann.workspaceId, role: Role.ADMIN });
      const { sessionId } = putRecorded(t.sources, ann.workspaceId, ann.userId);
      const spec = { ...EVENTS, sessionIds: [sessionId] };
      expect(await refused(t.create(ben, spec))).toBe("session_not_found");
      expect(await refused(t.create(ann, { ...EVENTS, sessionIds: [sessionId, newId()] }))).toBe("session_not_found");
      expect((await t.create(admin, spec)).spec?.sessionIds).toEqual([sessionId]);
      await t.startService();
      const made = await t.made(ann, { ...EVENTS, sessionIds: [sessionId.toUpperCase(), sessionId] });
      expect(made).toMatchObject({ state: ExportState.DONE, rowCount: 6n });
    });

    test("a member's file holds their own sessions, an admin's all", async () => {
      const ann = t.callers.member();
      const admin = t.callers.member({ workspaceId: ann.workspaceId, role: Role.ADMIN });
      putRecorded(t.sources, ann.workspaceId, ann.userId);
      putRecorded(t.sources, ann.workspaceId, admin.userId);
      await t.startService();
      expect((await t.made(ann, SESSIONS)).rowCount).toBe(1n);
      expect((await t.made(admin, SESSIONS)).rowCount).toBe(2n);
    });

    test("an export of another member, of another workspace, or made with a right since lost is not there", async () => {
      const ann = t.callers.member({ role: Role.ADMIN });
      putRecorded(t.sources, ann.workspaceId, ann.userId);
      await t.startService();
      const { exportId } = await t.made(ann, EVENTS);
      const strangers = [
        t.callers.member({ workspaceId: ann.workspaceId, role: Role.OWNER }),
        t.callers.member({ userId: ann.userId, role: Role.OWNER }),
        t.callers.member({ workspaceId: ann.workspaceId, userId: ann.userId, role: Role.MEMBER }),
      ];
      for (const stranger of strangers) {
        expect(await refused(t.get(stranger, exportId))).toBe("export_not_found");
        expect(await refused(t.read(stranger, exportId))).toBe("export_not_found");
        const watching = Array.fromAsync(t.client.watchExport({ exportId }, stranger.options));
        expect(await refused(watching)).toBe("export_not_found");
        expect((await t.client.listExports({}, stranger.options)).exports).toEqual([]);
      }
      expect(await refused(t.get(ann, newId()))).toBe("export_not_found");
      expect((await t.get(ann, exportId.toUpperCase())).exportId).toBe(exportId);
    });

    test("a viewer may not export", async () => {
      const viewer = t.callers.member({ role: Role.VIEWER });
      expect(await refused(t.create(viewer, EVENTS))).toBe("permission_denied");
    });

    test("exports are listed newest first, page by page, by state", async () => {
      const ann = t.callers.member();
      const made: string[] = [];
      for (let n = 0; n < 5; n += 1) made.unshift((await t.create(ann, EVENTS)).exportId);
      const listed: string[] = [];
      for (let pageToken = ""; ;) {
        const answer = await t.client.listExports({ pageSize: 2, pageToken }, ann.options);
        listed.push(...answer.exports.map((each) => each.exportId));
        pageToken = answer.nextPageToken;
        if (pageToken === "") break;
      }
      expect(listed).toEqual(made);
      const done = await t.client.listExports({ filter: { state: ExportState.DONE } }, ann.options);
      expect(done.exports).toEqual([]);
      const queued = await t.client.listExports({ filter: { state: ExportState.QUEUED } }, ann.options);
      expect(queued.exports).toHaveLength(5);
      for (const pageToken of ["x", Buffer.from('["no uuid"]').toString("base64url")]) {
        expect(await refused(t.client.listExports({ pageToken }, ann.options))).toBe("page_token_invalid");
      }
    });

    test("a watcher sees it queued, running and done, with heartbeats between, and then the stream ends", async () => {
      const ann = t.callers.member();
      const gate = new Gate();
      putRecorded(t.sources, ann.workspaceId, ann.userId);
      t.sources.whileReading = (_session, _frame, signal) => gate.pass(signal);
      const { exportId } = await t.create(ann, EVENTS);
      const seen: ExportState[] = [];
      let quiet = 0;
      for await (const message of t.client.watchExport({ exportId: exportId.toUpperCase() }, ann.options)) {
        if (message.export === undefined) quiet += 1;
        else seen.push(message.export.state);
        if (seen.length === 1 && quiet === 0) await t.startService();
        if (seen.at(-1) === ExportState.RUNNING && quiet > 0) gate.open();
      }
      expect([...new Set(seen)]).toEqual([ExportState.QUEUED, ExportState.RUNNING, ExportState.DONE]);
      expect(quiet).toBeGreaterThan(0);
      const again = await Array.fromAsync(t.client.watchExport({ exportId }, ann.options));
      expect(again.map((message) => message.export?.state)).toEqual([ExportState.DONE]);
    });

    test("a watch ends when the watcher's token does", async () => {
      const ann = t.callers.member();
      const soon = t.callers.member({ ...ann, expireMs: Date.now() + 300 });
      const { exportId } = await t.create(ann, EVENTS);
      expect(await refused(Array.fromAsync(t.client.watchExport({ exportId }, soon.options)))).toBe("token_expired");
    });

    test("the file of an unfinished export is not ready", async () => {
      const ann = t.callers.member();
      const { exportId } = await t.create(ann, EVENTS);
      expect(await refused(t.read(ann, exportId))).toBe("export_not_ready");
    });

    test("an export that expires is removed, with its key, its file and its job", async () => {
      const ann = t.callers.member();
      putRecorded(t.sources, ann.workspaceId, ann.userId);
      const running = await t.startService();
      const kept = await t.made(ann, EVENTS);
      const { exportId, createTime, expireTime } = await t.made(ann, EVENTS);
      await running.stop();
      expect(expireTime && createTime && timestampMs(expireTime) - timestampMs(createTime)).toBe(
        7 * 24 * 60 * 60 * 1000,
      );
      await t.sql(sql`update export.exports set expire_time = now() where export_id = ${exportId}`);
      expect(await refused(t.get(ann, exportId))).toBe("export_not_found");
      expect(await refused(t.read(ann, exportId))).toBe("export_not_found");
      expect(await t.blobNames()).toHaveLength(2);
      await t.sql(sql`update export.expiries set expire_time = now() where export_id = ${exportId}`);
      await removeExpired(t.context);
      expect(await t.blobNames()).toHaveLength(1);
      for (const table of ["exports", "export_sessions", "export_keys", "expiries"]) {
        const rows = await t.sql(sql<{ export_id: string }>`select export_id from ${sql.table(`export.${table}`)}`);
        expect(rows).toEqual([{ export_id: kept.exportId }]);
      }
      expect(await t.sql(sql`select key from export.jobs`)).toEqual([{ key: kept.exportId }]);
    });

    test("every table is closed to other workspaces, or holds ids only", async () => {
      const open = await t.sql(sql<{ name: string }>`
        select relname as name from pg_class join pg_namespace n on n.oid = relnamespace
         where nspname = 'export' and relkind in ('r', 'p', 'v') and not (relrowsecurity and relforcerowsecurity)
           and relname not like 'migrations%'`);
      expect(open.map(({ name }) => name).sort()).toEqual([...SYSTEM_TABLES].sort());
    });
  });
}
