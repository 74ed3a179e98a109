import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { eventually } from "@gigtrail/test-servers/eventually";
import { type Kysely, sql } from "kysely";
import { InProcessBus } from "../../bus/in-process.ts";
import { Database } from "../../db/database.ts";
import { migrate, type Migrations } from "../../db/migrate.ts";
import { openPool } from "../../db/postgres.ts";
import { closeTenantTable } from "../../db/tables.ts";
import { refusal } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { type Claim, claimJob, endClaim, failClaim, MAX_ATTEMPTS, releaseClaim, renewLease } from "../../jobs/claim.ts";
import { enqueueJob } from "../../jobs/enqueue.ts";
import { type JobHandler, startRunner } from "../../jobs/runner.ts";
import { createJobTable } from "../../jobs/schema.ts";
import { wakeWorkers } from "../../jobs/wake.ts";
import type { Running } from "../../lifecycle.ts";
import { createMetrics } from "../../metrics.ts";
import { quietLog } from "../quiet-log.ts";
import { type TestDatabase, withPool } from "./surroundings.ts";

const TIMEOUT_MS = 30_000;
const metrics = createMetrics("test");

const MIGRATIONS: Migrations = {
  "001": async (db) => {
    await createJobTable(db, "analysis");
    await sql`create table analysis.results (workspace_id uuid not null, text text not null)`.execute(db);
    await closeTenantTable(db, "analysis", "results");
  },
};

interface JobRow {
  state: string;
  attempts: number;
  fence: number;
  revision: number;
  error_reason: string | null;
  /** Seconds from the last change until it is due. */
  delay_s: number;
}

/** What the job table and its runner must do; uses the schema `analysis`. */
export function jobSuite(database: () => TestDatabase): void {
  describe("jobs", () => {
    const workspaceId = newId();
    const bus = new InProcessBus(quietLog);
    /** As the owner, who bypasses nothing but sees the job table: for looking and for moving time. */
    let owner: Kysely<never>;
    let db: Database<never>;
    let kind: string;
    const runners: Running[] = [];

    beforeAll(async () => {
      await withPool(database(), (pool) => migrate(pool, "analysis", MIGRATIONS));
      owner = openPool<never>(database().address, quietLog, 2);
      db = new Database<never>(openPool<never>(database().address, quietLog), "analysis");
    });
    beforeEach(() => {
      kind = `kind-${newId()}`;
    });
    afterEach(async () => {
      await Promise.all(runners.splice(0).map((runner) => runner.stop()));
    });
    afterAll(async () => {
      await db?.close();
      await owner?.destroy();
    });

    const ask = (key: string, revision = 1, detail = {}) =>
      db.inWorkspace(workspaceId, (tx) =>
        enqueueJob(tx, { kind, key, revision, workspaceId, userId: newId(), subjectId: newId(), detail }),
      );
    const claim = async (): Promise<Claim> => {
      const taken = await db.asSystem((tx) => claimJob(tx, [kind]));
      if (taken === undefined) throw new Error("there was nothing to claim");
      return taken;
    };
    const noneDue = async () => (await db.asSystem((tx) => claimJob(tx, [kind]))) === undefined;
    const row = async (key: string): Promise<JobRow> => {
      const { rows } = await sql<JobRow>`
        select state, attempts, fence, revision, error_reason, extract(epoch from run_after - update_time)::float8 as delay_s
          from analysis.jobs where kind = ${kind} and key = ${key}`.execute(owner);
      if (rows[0] === undefined) throw new Error("no such job");
      return rows[0];
    };
    const expireLease = (key: string) =>
      sql`update analysis.jobs set lease_until = now() - interval '1 second' where kind = ${kind} and key = ${key}`.execute(owner);
    const makeDue = async (key: string) => {
      await sql`update analysis.jobs set run_after = now() where kind = ${kind} and key = ${key}`.execute(owner);
      wakeWorkers(bus, "analysis");
    };
    const results = async () => {
      const { rows } = await db.inWorkspace(workspaceId, (tx) =>
        sql<{ text: string }>`select text from results where text like ${`${kind}%`} order by text`.execute(tx),
      );
      return rows.map((each) => each.text.slice(kind.length + 1));
    };
    const writeResult = (text: string) => async (tx: Kysely<never>) => {
      await sql`insert into results values (${workspaceId}, ${`${kind} ${text}`})`.execute(tx);
    };
    const run = (handler: JobHandler<never>, concurrency = 1): Running => {
      const runner = startRunner({ db, bus, log: quietLog, metrics, handlers: { [kind]: handler }, concurrency });
      runners.push(runner);
      return runner;
    };

    describe("asking", () => {
      test("again with the same or an older revision changes nothing", async () => {
        expect(await ask("one", 2)).toBe(true);
        expect(await ask("one", 2)).toBe(false);
        expect(await ask("one", 1)).toBe(false);
        expect((await row("one")).revision).toBe(2);
      });

      test("again with a newer revision makes a finished or dead job due", async () => {
        await ask("one", 1, { generation: 1 });
        const first = await claim();
        await db.asSystem((tx) => endClaim(tx, first));
        expect(await noneDue()).toBe(true);
        await ask("one", 2, { generation: 2 });
        const second = await claim();
        expect(second).toMatchObject({ revision: 2, attempt: 1, detail: { generation: 2 } });
        await db.asSystem((tx) => failClaim(tx, second, "internal", true));
        expect(await row("one")).toMatchObject({ state: "dead", error_reason: "internal" });
        expect(await ask("one", 2)).toBe(false);
        expect(await ask("one", 3)).toBe(true);
        expect(await row("one")).toMatchObject({ state: "queued", attempts: 0, error_reason: null });
      });

      test("in a transaction that is rolled back asks for nothing", async () => {
        const failing = db.inWorkspace(workspaceId, async (tx) => {
          const job = { kind, key: "one", revision: 1, workspaceId, userId: newId(), subjectId: newId() };
          await enqueueJob(tx, job);
          throw new Error("the change failed");
        });
        await expect(failing).rejects.toThrow("the change failed");
        expect(await noneDue()).toBe(true);
      });

      test("at the same moment by many makes one job", async () => {
        const due = await Promise.all(Array.from({ length: 8 }, () => ask("one")));
        expect(due.filter(Boolean)).toHaveLength(1);
        await claim();
        expect(await noneDue()).toBe(true);
      });
    });

    describe("a claim", () => {
      test("is given to one only, also when many claim at once", async () => {
        for (const key of ["a", "b", "c"]) await ask(key);
        const claims = await Promise.all(Array.from({ length: 8 }, () => db.asSystem((tx) => claimJob(tx, [kind]))));
        expect(claims.flatMap((each) => each?.key ?? []).toSorted()).toEqual(["a", "b", "c"]);
      });

      test("whose lease has ended goes to another, and its first holder can write nothing", async () => {
        await ask("one");
        const first = await claim();
        expect(await noneDue()).toBe(true);
        await expireLease("one");
        const second = await claim();
        expect(second).toMatchObject({ jobId: first.jobId, attempt: 2, fence: first.fence + 1 });
        expect(await db.asSystem((tx) => renewLease(tx, first))).toBe(false);
        expect(await db.asSystem((tx) => endClaim(tx, first))).toBe("lost");
        expect(await db.asSystem((tx) => failClaim(tx, first, "internal", true))).toBeUndefined();
        await db.asSystem((tx) => releaseClaim(tx, first));
        expect(await row("one")).toMatchObject({ state: "running", fence: second.fence, attempts: 2 });
        expect(await db.asSystem((tx) => renewLease(tx, second))).toBe(true);
        expect(await db.asSystem((tx) => endClaim(tx, second))).toBe("done");
        expect(await db.asSystem((tx) => endClaim(tx, second))).toBe("lost");
      });

      test("of a revision that was overtaken ends as superseded and is due at once", async () => {
        await ask("one", 1);
        const first = await claim();
        await ask("one", 2);
        expect((await row("one")).state).toBe("running");
        expect(await db.asSystem((tx) => endClaim(tx, first))).toBe("superseded");
        const second = await claim();
        expect(second).toMatchObject({ revision: 2, attempt: 1 });
        await ask("one", 3);
        expect(await db.asSystem((tx) => failClaim(tx, second, "internal", true))).toBe("queued");
        expect(await claim()).toMatchObject({ revision: 3, attempt: 1 });
      });

      test("that fails waits 2, 4, 8, … s and is dead after the last attempt", async () => {
        await ask("one");
        for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
          const failed = await claim();
          expect(failed.attempt).toBe(attempt);
          const state = await db.asSystem((tx) => failClaim(tx, failed, "unavailable", false));
          expect(state).toBe(attempt < MAX_ATTEMPTS ? "queued" : "dead");
          const { delay_s, error_reason } = await row("one");
          expect([delay_s, error_reason]).toEqual([2 ** attempt, "unavailable"]);
          expect(await noneDue()).toBe(true);
          await makeDue("one");
        }
        expect(await noneDue()).toBe(true);
      });

      test("that is released does not count as an attempt, whatever happened meanwhile", async () => {
        await ask("one", 1);
        const first = await claim();
        await db.asSystem((tx) => releaseClaim(tx, first));
        expect(await row("one")).toMatchObject({ state: "queued", attempts: 0 });
        const second = await claim();
        await ask("one", 2);
        await db.asSystem((tx) => releaseClaim(tx, second));
        expect(await claim()).toMatchObject({ revision: 2, attempt: 1 });
      });
    });

    describe("a runner", () => {
      test("does every job once, never one twice at a time, beside another runner", async () => {
        const running = new Set<string>();
        const overlaps: string[] = [];
        const handler: JobHandler<never> = {
          async run(job) {
            if (running.has(job.key)) overlaps.push(job.key);
            running.add(job.key);
            await Bun.sleep(Math.random() * 5);
            await job.finish(writeResult(job.key));
            running.delete(job.key);
          },
        };
        const keys = Array.from({ length: 30 }, (_unused, index) => `job-${String(index).padStart(2, "0")}`);
        run(handler, 3);
        run(handler, 3);
        await Promise.all(keys.map((key) => ask(key)));
        wakeWorkers(bus, "analysis");
        await eventually(async () => expect(await results()).toEqual(keys));
        expect(overlaps).toEqual([]);
      }, TIMEOUT_MS);

      test("finds a job that nobody told it of", async () => {
        run({ run: (job) => job.finish(writeResult(job.key)) });
        await ask("untold");
        await eventually(async () => expect(await results()).toEqual(["untold"]));
      }, TIMEOUT_MS);

      test("writes results and the end of the job together or not at all", async () => {
        let tries = 0;
        run({
          run: (job) =>
            job.finish(async (tx) => {
              tries += 1;
              await writeResult(`try ${tries}`)(tx);
              if (tries === 1) throw new Error("the second write failed");
            }),
        });
        await ask("one");
        wakeWorkers(bus, "analysis");
        await eventually(async () => expect((await row("one")).error_reason).toBe("internal"));
        expect(await results()).toEqual([]);
        await makeDue("one");
        await eventually(async () => expect((await row("one")).state).toBe("done"));
        expect(await results()).toEqual(["try 2"]);
      }, TIMEOUT_MS);

      test("writes nothing for a job that another took over, and takes a revision that came meanwhile", async () => {
        const begun = Promise.withResolvers<void>();
        const release = Promise.withResolvers<void>();
        let runs = 0;
        run({
          async run(job) {
            runs += 1;
            const text = `run ${runs}, revision ${job.revision}`;
            if (runs === 1) {
              begun.resolve();
              await release.promise;
            }
            await job.finish(writeResult(text));
          },
        });
        await ask("one", 1);
        wakeWorkers(bus, "analysis");
        await begun.promise;
        await expireLease("one");
        const taken = await claim();
        release.resolve();
        await db.inWorkspace(workspaceId, async (tx) => {
          if ((await endClaim(tx, taken)) === "done") await writeResult("the other worker")(tx);
        });
        await ask("one", 2);
        wakeWorkers(bus, "analysis");
        await eventually(async () => expect(await results()).toEqual(["run 2, revision 2", "the other worker"]));
      }, TIMEOUT_MS);

      test("runs a job again that was asked for anew while it ran, and keeps only the newest results", async () => {
        let runs = 0;
        run({
          async run(job) {
            runs += 1;
            if (runs === 1) await ask("one", 2);
            await job.finish(writeResult(`revision ${job.revision}`));
          },
        });
        await ask("one", 1);
        wakeWorkers(bus, "analysis");
        await eventually(async () => expect(await results()).toEqual(["revision 2"]));
        expect(runs).toBe(2);
        expect(await row("one")).toMatchObject({ state: "done", revision: 2, attempts: 1 });
      }, TIMEOUT_MS);

      test("gives a job up after the last attempt, and says so with its reason", async () => {
        const givenUp: string[] = [];
        let attempts = 0;
        run({
          async run() {
            attempts += 1;
            throw refusal("session_not_found");
          },
          async gaveUp(job, reason) {
            givenUp.push(`${job.key} ${reason}`);
          },
        });
        await ask("one");
        wakeWorkers(bus, "analysis");
        for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
          await eventually(async () => expect(await row("one")).toMatchObject({ attempts: attempt, delay_s: 2 ** attempt }));
          if (attempt < MAX_ATTEMPTS) await makeDue("one");
        }
        await eventually(() => expect(givenUp).toEqual(["one session_not_found"]));
        expect(await row("one")).toMatchObject({ state: "dead", error_reason: "session_not_found" });
        expect(attempts).toBe(MAX_ATTEMPTS);
      }, TIMEOUT_MS);

      test("gives up a job that has killed its worker each time, instead of dying of it for ever", async () => {
        await ask("deadly");
        for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
          await claim();
          await expireLease("deadly");
        }
        const givenUp: string[] = [];
        let runs = 0;
        run({
          async run() {
            runs += 1;
          },
          async gaveUp(job, reason) {
            givenUp.push(`${job.key} ${reason}`);
          },
        });
        await eventually(() => expect(givenUp).toEqual(["deadly internal"]));
        expect((await row("deadly")).state).toBe("dead");
        expect(runs).toBe(0);
      }, TIMEOUT_MS);

      test("that is stopped gives its job back, without counting the attempt", async () => {
        for (const ending of ["throws", "returns"]) {
          const begun = Promise.withResolvers<void>();
          await ask(ending);
          const runner = run({
            async run(job) {
              begun.resolve();
              await new Promise((resolve) => job.signal.addEventListener("abort", resolve));
              if (ending === "throws") throw job.signal.reason;
            },
          });
          await begun.promise;
          await runner.stop();
          await runner.stop();
          expect(await row(ending)).toMatchObject({ state: "queued", attempts: 0 });
          await db.asSystem((tx) => claimJob(tx, [kind]));
        }
      }, TIMEOUT_MS);

      test("that is stopped lets a job finish that does", async () => {
        const begun = Promise.withResolvers<void>();
        await ask("one");
        const runner = run({
          async run(job) {
            begun.resolve();
            await new Promise((resolve) => job.signal.addEventListener("abort", resolve));
            await job.finish(writeResult("finished"));
          },
        });
        await begun.promise;
        await runner.stop();
        expect(await row("one")).toMatchObject({ state: "done", attempts: 1 });
        expect(await results()).toEqual(["finished"]);
      }, TIMEOUT_MS);

      test("puts back a job whose handler forgot to finish it", async () => {
        run({ run: async () => {} });
        await ask("forgotten");
        wakeWorkers(bus, "analysis");
        await eventually(async () =>
          expect(await row("forgotten")).toMatchObject({ state: "queued", attempts: 1, error_reason: "internal" }),
        );
      }, TIMEOUT_MS);
    });
  });
}
