import { describe, expect, test } from "bun:test";
import { eventually } from "@gigtrail/test-servers/eventually";
import { refusal } from "../../errors.ts";
import { endClaim, MAX_ATTEMPTS } from "../../jobs/claim.ts";
import type { JobHandler } from "../../jobs/runner.ts";
import { JobFixture } from "./job-fixture.ts";
import type { TestDatabase } from "./surroundings.ts";

const TIMEOUT_MS = 30_000;

/** What the workers must do; uses the schema `analysis`. */
export function jobRunnerSuite(database: () => TestDatabase): void {
  describe("a runner", () => {
    const jobs = new JobFixture(database);

    test(
      "does every job once, never one twice at a time, beside another runner",
      async () => {
        const running = new Set<string>();
        const overlaps: string[] = [];
        const handler: JobHandler<never> = {
          async run(job) {
            if (running.has(job.key)) overlaps.push(job.key);
            running.add(job.key);
            await Bun.sleep(Math.random() * 5);
            await job.finish(jobs.writeResult(job.key));
            running.delete(job.key);
          },
        };
        const keys = Array.from({ length: 30 }, (_unused, index) => `job-${String(index).padStart(2, "0")}`);
        jobs.run(handler, 3);
        jobs.run(handler, 3);
        await Promise.all(keys.map((key) => jobs.ask(key)));
        jobs.wake();
        await eventually(async () => expect(await jobs.results()).toEqual(keys));
        expect(overlaps).toEqual([]);
      },
      TIMEOUT_MS,
    );

    test(
      "finds a job that nobody told it of",
      async () => {
        jobs.run({ run: (job) => job.finish(jobs.writeResult(job.key)) });
        await jobs.ask("untold");
        await eventually(async () => expect(await jobs.results()).toEqual(["untold"]));
      },
      TIMEOUT_MS,
    );

    test(
      "writes results and the end of the job together or not at all",
      async () => {
        let tries = 0;
        jobs.run({
          run: (job) =>
            job.finish(async (tx) => {
              tries += 1;
              await jobs.writeResult(`try ${tries}`)(tx);
              if (tries === 1) throw new Error("the second write failed");
            }),
        });
        await jobs.ask("one");
        jobs.wake();
        await eventually(async () => expect((await jobs.row("one")).error_reason).toBe("internal"));
        expect(await jobs.results()).toEqual([]);
        await jobs.makeDue("one");
        await eventually(async () => expect((await jobs.row("one")).state).toBe("done"));
        expect(await jobs.results()).toEqual(["try 2"]);
      },
      TIMEOUT_MS,
    );

    test(
      "writes nothing for a job that another took over, and takes a revision that came meanwhile",
      async () => {
        const begun = Promise.withResolvers<void>();
        const release = Promise.withResolvers<void>();
        let runs = 0;
        jobs.run({
          async run(job) {
            runs += 1;
            const text = `run ${runs}, revision ${job.revision}`;
            if (runs === 1) {
              begun.resolve();
              await release.promise;
            }
            await job.finish(jobs.writeResult(text));
          },
        });
        await jobs.ask("one", 1);
        jobs.wake();
        await begun.promise;
        await jobs.expireLease("one");
        const taken = await jobs.claim();
        release.resolve();
        await jobs.db.inWorkspace(jobs.workspaceId, async (tx) => {
          if ((await endClaim(tx, taken)) === "done") await jobs.writeResult("the other worker")(tx);
        });
        await jobs.ask("one", 2);
        jobs.wake();
        await eventually(async () => expect(await jobs.results()).toEqual(["run 2, revision 2", "the other worker"]));
      },
      TIMEOUT_MS,
    );

    test(
      "runs a job again that was asked for anew while it ran, and keeps only the newest results",
      async () => {
        let runs = 0;
        jobs.run({
          async run(job) {
            runs += 1;
            if (runs === 1) await jobs.ask("one", 2);
            await job.finish(jobs.writeResult(`revision ${job.revision}`));
          },
        });
        await jobs.ask("one", 1);
        jobs.wake();
        await eventually(async () => expect(await jobs.results()).toEqual(["revision 2"]));
        expect(runs).toBe(2);
        expect(await jobs.row("one")).toMatchObject({ state: "done", revision: 2, attempts: 1 });
      },
      TIMEOUT_MS,
    );

    test(
      "gives a job up after the last attempt, and says so with its reason",
      async () => {
        const givenUp: string[] = [];
        let attempts = 0;
        jobs.run({
          async run() {
            attempts += 1;
            throw refusal("session_not_found");
          },
          async gaveUp(job, reason) {
            givenUp.push(`${job.key} ${reason}`);
          },
        });
        await jobs.ask("one");
        jobs.wake();
        for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
          await eventually(async () =>
            expect(await jobs.row("one")).toMatchObject({ attempts: attempt, delay_s: 2 ** attempt }),
          );
          if (attempt < MAX_ATTEMPTS) await jobs.makeDue("one");
        }
        await eventually(() => expect(givenUp).toEqual(["one session_not_found"]));
        expect(await jobs.row("one")).toMatchObject({ state: "dead", error_reason: "session_not_found" });
        expect(attempts).toBe(MAX_ATTEMPTS);
      },
      TIMEOUT_MS,
    );

    test(
      "gives up a job that has killed its worker each time, instead of dying of it for ever",
      async () => {
        await jobs.ask("deadly");
        for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
          await jobs.claim();
          await jobs.expireLease("deadly");
        }
        const givenUp: string[] = [];
        let runs = 0;
        jobs.run({
          async run() {
            runs += 1;
          },
          async gaveUp(job, reason) {
            givenUp.push(`${job.key} ${reason}`);
          },
        });
        await eventually(() => expect(givenUp).toEqual(["deadly internal"]));
        expect((await jobs.row("deadly")).state).toBe("dead");
        expect(runs).toBe(0);
      },
      TIMEOUT_MS,
    );

    test(
      "that is stopped gives its job back, without counting the attempt",
      async () => {
        for (const ending of ["throws", "returns"]) {
          const begun = Promise.withResolvers<void>();
          await jobs.ask(ending);
          const runner = jobs.run({
            async run(job) {
              begun.resolve();
              await new Promise((resolve) => job.signal.addEventListener("abort", resolve));
              if (ending === "throws") throw job.signal.reason;
            },
          });
          await begun.promise;
          await runner.stop();
          await runner.stop();
          expect(await jobs.row(ending)).toMatchObject({ state: "queued", attempts: 0 });
          await jobs.tryClaim();
        }
      },
      TIMEOUT_MS,
    );

    test(
      "that is stopped lets a job finish that does",
      async () => {
        const begun = Promise.withResolvers<void>();
        await jobs.ask("one");
        const runner = jobs.run({
          async run(job) {
            begun.resolve();
            await new Promise((resolve) => job.signal.addEventListener("abort", resolve));
            await job.finish(jobs.writeResult("finished"));
          },
        });
        await begun.promise;
        await runner.stop();
        expect(await jobs.row("one")).toMatchObject({ state: "done", attempts: 1 });
        expect(await jobs.results()).toEqual(["finished"]);
      },
      TIMEOUT_MS,
    );

    test(
      "puts back a job whose handler forgot to finish it",
      async () => {
        jobs.run({ run: async () => {} });
        await jobs.ask("forgotten");
        jobs.wake();
        await eventually(async () =>
          expect(await jobs.row("forgotten")).toMatchObject({ state: "queued", attempts: 1, error_reason: "internal" }),
        );
      },
      TIMEOUT_MS,
    );
  });
}
