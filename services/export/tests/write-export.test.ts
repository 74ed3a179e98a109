import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { wakeWorkers } from "@gigtrail/platform/jobs/wake";
import { Dataset, type Export, ExportState, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { sql } from "kysely";
import { followSessions } from "../consumers/session-changes.ts";
import { PROGRESS_EVERY_MS } from "../limits.ts";
import { failDeadExports } from "../sweeps/dead-jobs-sweep.ts";
import { doomOrphans } from "../sweeps/blob-sweep.ts";
import { DATABASES } from "@gigtrail/test-kit/databases";
import { withMishaps } from "./support/failing-blobs.ts";
import { Gate } from "@gigtrail/test-kit/gate";
import { chunk, putRecorded } from "./support/recorded.ts";
import { refused } from "@gigtrail/test-kit/refused";
import { TestExport } from "./support/test-export.ts";

const EVENTS = { dataset: Dataset.EVENTS, format: Format.NDJSON };

// A wake-up may be missed, and a worker looks by itself every two seconds; machines may be busy.
setDefaultTimeout(30_000);

for (const kind of DATABASES) {
  describe.skipIf(kind.skip)(`writing exports on ${kind.title}`, () => {
    let t: TestExport;

    beforeAll(async () => {
      t = await TestExport.open(await kind.open());
    }, 60_000);
    afterEach(() => t.reset());
    afterAll(() => t.close(), 30_000);

    /** Lets a job that failed be tried again now. */
    async function retryNow(): Promise<void> {
      await t.sql(sql`update export.jobs set run_after = now() where state = 'queued'`);
      wakeWorkers(t.bus, "export");
    }

    /** Waits until a job was put back after a failure. */
    function putBack({ exportId }: Export): Promise<void> {
      return eventually(async () => {
        const [job] = await t.sql(
          sql<{ state: string; error_reason: string | null }>`
            select state, error_reason from export.jobs where key = ${exportId}`,
        );
        expect(job).toMatchObject({ state: "queued", error_reason: expect.any(String) });
      });
    }

    async function keys(): Promise<string[]> {
      const rows = await t.sql(sql<{ export_id: string }>`select export_id from export.export_keys`);
      return rows.map((row) => row.export_id);
    }

    test("an attempt that breaks off is made again: the same bytes, and nothing left behind", async () => {
      const ann = t.callers.member();
      putRecorded(t.sources, ann.workspaceId, ann.userId);
      t.sources.frameBytes = 50;
      let broken = 0;
      t.sources.whileReading = (_session, frame) => {
        if (frame !== 5 || broken > 0) return;
        broken += 1;
        throw new Error("the wire was cut");
      };
      await t.startService();
      const asked = await t.create(ann, EVENTS);
      await putBack(asked);
      expect(await t.blobNames()).toEqual([]);
      expect(await keys()).toEqual([]);
      await retryNow();
      const made = await t.ended(ann, asked);
      expect(made).toMatchObject({ state: ExportState.DONE, rowCount: 6n });
      expect(broken).toBe(1);
      expect((await t.read(ann, made.exportId)).equals(await t.stream(ann, EVENTS))).toBe(true);
      expect(await t.blobNames()).toHaveLength(1);
    });

    test("a disk that refuses, and a process that dies after the file is whole, leave one file in the end", async () => {
      const ann = t.callers.member();
      putRecorded(t.sources, ann.workspaceId, ann.userId);
      const dead = new Gate();
      let attempts = 0;
      const blobs = withMishaps(t.blobs, {
        beforeWrite(write) {
          attempts += write === 0 ? 1 : 0;
          if (attempts === 1 && write === 1) throw new Error("ENOSPC");
        },
        // As good as dead until the test is over: it neither goes on nor cleans up. Its lease runs out.
        async afterClose() {
          if (attempts === 2) await dead.pass(new AbortController().signal);
        },
      });
      await t.startService(blobs);
      const asked = await t.create(ann, EVENTS);
      await putBack(asked);
      await retryNow();
      await dead.reached;
      expect(await t.blobNames()).toHaveLength(1);
      expect(await keys()).toEqual([]);
      await t.sql(sql`update export.jobs set lease_until = now() - interval '1 second' where state = 'running'`);
      wakeWorkers(t.bus, "export");
      const made = await t.ended(ann, asked);
      expect(made.state).toBe(ExportState.DONE);
      expect((await t.read(ann, made.exportId)).equals(await t.stream(ann, EVENTS))).toBe(true);
      expect(await t.blobNames()).toHaveLength(1);
      expect(await t.sql(sql`select state from export.blobs`)).toEqual([{ state: "live" }]);
      dead.open();
    });

    test("an attempt that lost its lease cannot finish over a newer one", async () => {
      const ann = t.callers.member();
      putRecorded(t.sources, ann.workspaceId, ann.userId);
      const gate = new Gate();
      let attempts = 0;
      const blobs = withMishaps(t.blobs, {
        async afterClose() {
          attempts += 1;
          if (attempts === 1) await gate.pass(new AbortController().signal);
        },
      });
      await t.startService(blobs);
      const asked = await t.create(ann, EVENTS);
      await gate.reached;
      await t.sql(sql`update export.jobs set lease_until = now() - interval '1 second'`);
      wakeWorkers(t.bus, "export");
      const made = await t.ended(ann, asked);
      gate.open();
      await eventually(async () => expect(await t.blobNames()).toHaveLength(1));
      expect((await t.read(ann, made.exportId)).equals(await t.stream(ann, EVENTS))).toBe(true);
      expect((await t.get(ann, made.exportId)).state).toBe(ExportState.DONE);
    });

    test("a process that is told to stop gives its export back, and another one makes it", async () => {
      const ann = t.callers.member();
      putRecorded(t.sources, ann.workspaceId, ann.userId);
      const gate = new Gate();
      t.sources.whileReading = (_session, _frame, signal) => gate.pass(signal);
      const first = await t.startService();
      const asked = await t.create(ann, EVENTS);
      await gate.reached;
      await first.stop();
      expect(t.sources.openStreams).toBe(0);
      t.sources.whileReading = () => undefined;
      await t.startService();
      expect((await t.ended(ann, asked)).state).toBe(ExportState.DONE);
      expect(await t.blobNames()).toHaveLength(1);
    });

    test("an export that fails again and again fails for good, with its reason", async () => {
      const ann = t.callers.member();
      t.sources.isDown = true;
      const running = await t.startService();
      const asked = await t.create(ann, EVENTS);
      for (let attempt = 1; attempt < 5; attempt += 1) {
        await eventually(async () => {
          const [job] = await t.sql(sql<{ attempts: number; state: string }>`select attempts, state from export.jobs`);
          expect(job).toEqual({ attempts: attempt, state: "queued" });
        });
        await retryNow();
      }
      const ended = await t.ended(ann, asked);
      expect(ended).toMatchObject({ state: ExportState.FAILED, errorReason: "unavailable", fileName: "" });
      expect(await refused(t.read(ann, asked.exportId))).toBe("export_not_ready");
      expect(await t.blobNames()).toEqual([]);
      await running.stop();
      // A process that died just before it could say so.
      await t.sql(sql`update export.exports set state = 'running', error_reason = null`);
      await failDeadExports(t.context);
      expect(await t.get(ann, asked.exportId)).toMatchObject({ state: ExportState.FAILED, errorReason: "unavailable" });
    });

    test("a file without a row is swept, one that an export needs is not", async () => {
      const ann = t.callers.member();
      putRecorded(t.sources, ann.workspaceId, ann.userId);
      await t.startService();
      const { exportId } = await t.made(ann, EVENTS);
      const old = Bun.randomUUIDv7("hex", Date.now() - 2 * 60 * 60_000);
      await t.blobs.put(`${ann.workspaceId}/${exportId}/${old}`, new Uint8Array(10));
      await doomOrphans(t.context, Date.now());
      expect(await t.blobNames()).toHaveLength(1);
      await doomOrphans(t.context, Date.now() + 2 * 60 * 60_000);
      expect(await t.blobNames()).toHaveLength(1);
      expect((await t.read(ann, exportId)).length).toBeGreaterThan(0);
    });

    test("it says how far it is, by sessions done", async () => {
      const ann = t.callers.member();
      const gate = new Gate();
      const sessions = Array.from({ length: 4 }, () =>
        putRecorded(t.sources, ann.workspaceId, ann.userId),
      ).toReversed();
      const big = chunk(newId(), 0, [`{"type":3,"data":"${"x".repeat(1_000_000)}"}`]);
      Object.assign(sessions[2] ?? {}, { chunks: () => [big] });
      t.sources.whileReading = async (session, frame, signal) => {
        if (session === sessions[2] && frame === 0) await Bun.sleep(PROGRESS_EVERY_MS + 50);
        if (session === sessions[3]) await gate.pass(signal);
      };
      await t.startService();
      const { exportId } = await t.create(ann, EVENTS);
      const seen: [number, bigint][] = [];
      for await (const message of t.client.watchExport({ exportId }, ann.options)) {
        if (message.export !== undefined) seen.push([message.export.percent, message.export.rowCount]);
        if (seen.at(-1)?.[0] === 50) gate.open();
      }
      expect(seen).toContainEqual([50, 12n]);
      expect(seen.at(-1)).toEqual([100, 19n]);
    });

    describe("deleting a session", () => {
      test("ends a finished export that holds it: key, file, and what a reader gets", async () => {
        const ann = t.callers.member();
        const session = putRecorded(t.sources, ann.workspaceId, ann.userId);
        const other = putRecorded(t.sources, ann.workspaceId, ann.userId);
        await t.startService();
        const all = [];
        for (const dataset of [Dataset.SESSIONS, Dataset.VISITS, Dataset.EVENTS]) {
          all.push(await t.made(ann, { dataset, format: Format.CSV }));
        }
        const without = await t.made(ann, { ...EVENTS, sessionIds: [other.sessionId] });
        await t.sources.tell(t.bus, t.sources.delete(session));
        for (const { exportId } of all) {
          await eventually(async () =>
            expect(await t.get(ann, exportId)).toMatchObject({
              state: ExportState.FAILED,
              errorReason: "session_deleted",
              sizeBytes: 0n,
              fileName: "",
              downloadPath: "",
            }),
          );
          expect(await refused(t.read(ann, exportId))).toBe("export_not_ready");
        }
        expect(await keys()).toEqual([without.exportId]);
        expect(await t.blobNames()).toHaveLength(1);
        expect((await t.read(ann, without.exportId)).length).toBe(Number(without.sizeBytes));
      });

      test("stops whoever is reading the file at that moment, even while it is not removed yet", async () => {
        const ann = t.callers.member();
        const big = chunk(newId(), 0, [`{"type":3,"data":"${"x".repeat(2_000_000)}"}`]);
        const session = t.sources.put(ann.workspaceId, ann.userId, { chunks: () => [big] });
        const running = await t.startService();
        const { exportId } = await t.made(ann, EVENTS);
        await running.stop();
        const reading = async () => {
          for await (const _frame of t.client.readExportFile({ exportId }, ann.options)) {
            if (!session.deleted) await followSessions(t.context)(t.sources.delete(session));
          }
        };
        expect(await refused(reading())).toBe("export_not_ready");
        expect(await t.blobNames()).toEqual([]);
      });

      test("another workspace's session of the same id changes nothing", async () => {
        const ann = t.callers.member();
        const eve = t.callers.member();
        const { sessionId } = putRecorded(t.sources, ann.workspaceId, ann.userId);
        const eves = putRecorded(t.sources, eve.workspaceId, eve.userId, { sessionId });
        await t.startService();
        const anns = await t.made(ann, EVENTS);
        const hers = await t.made(eve, EVENTS);
        await t.sources.tell(t.bus, t.sources.delete(eves));
        expect(
          await eventually(async () => {
            const found = await t.get(eve, hers.exportId);
            expect(found.state).toBe(ExportState.FAILED);
            return found.errorReason;
          }),
        ).toBe("session_deleted");
        expect((await t.get(ann, anns.exportId)).state).toBe(ExportState.DONE);
      });

      test("ends an export that is being written, whichever hears of it first", async () => {
        const ann = t.callers.member();
        const session = putRecorded(t.sources, ann.workspaceId, ann.userId);
        const gate = new Gate();
        await t.startService(withMishaps(t.blobs, { afterClose: () => gate.pass(new AbortController().signal) }));
        const asked = await t.create(ann, EVENTS);
        await gate.reached;
        await t.sources.tell(t.bus, t.sources.delete(session));
        expect((await t.ended(ann, asked)).errorReason).toBe("session_deleted");
        gate.open();
        await eventually(async () => expect(await t.blobNames()).toEqual([]));
        expect(await t.get(ann, asked.exportId)).toMatchObject({ state: ExportState.FAILED });
        expect(await keys()).toEqual([]);
      });

      test("a tombstone keeps an export from finishing even when its rows were written after it", async () => {
        const ann = t.callers.member();
        const { sessionId, workspaceId } = putRecorded(t.sources, ann.workspaceId, ann.userId);
        await t.sql(
          sql`insert into export.deleted_sessions (workspace_id, session_id) values (${workspaceId}, ${sessionId})`,
        );
        await t.startService();
        for (const dataset of [Dataset.SESSIONS, Dataset.VISITS, Dataset.EVENTS]) {
          const made = await t.made(ann, { dataset, format: Format.NDJSON });
          expect(made).toMatchObject({ state: ExportState.FAILED, errorReason: "session_deleted" });
        }
        expect(await keys()).toEqual([]);
        expect(await t.blobNames()).toEqual([]);
      });

      test("while it is read, or before its turn when it was named, fails the export at once", async () => {
        const ann = t.callers.member();
        t.sources.frameBytes = 50;
        const half = putRecorded(t.sources, ann.workspaceId, ann.userId);
        t.sources.whileReading = (session, frame) => void (session.deleted ||= frame === 3);
        await t.startService();
        expect(await t.made(ann, EVENTS)).toMatchObject({ state: ExportState.FAILED, errorReason: "session_deleted" });
        expect(half.deleted).toBe(true);
        t.sources.whileReading = () => undefined;
        const named = putRecorded(t.sources, ann.workspaceId, ann.userId);
        t.sources.whileReading = () => void (named.deleted = true);
        const made = await t.made(ann, { ...EVENTS, sessionIds: [named.sessionId] });
        expect(made).toMatchObject({ state: ExportState.FAILED, errorReason: "session_deleted" });
        expect(await t.blobNames()).toEqual([]);
      });

      test("is found by asking ingest when the bus lost it", async () => {
        const ann = t.callers.member();
        const session = putRecorded(t.sources, ann.workspaceId, ann.userId);
        const running = await t.startService();
        const { exportId } = await t.made(ann, EVENTS);
        await running.stop();
        t.sources.delete(session);
        await t.startService();
        await eventually(async () => expect((await t.get(ann, exportId)).state).toBe(ExportState.FAILED));
      });
    });
  });
}
