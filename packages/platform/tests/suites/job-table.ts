import { describe, expect, test } from "bun:test";
import { endClaim, failClaim, MAX_ATTEMPTS, releaseClaim, renewLease } from "../../jobs/claim.ts";
import { enqueueJob } from "../../jobs/enqueue.ts";
import { JobFixture } from "./job-fixture.ts";
import type { TestDatabase } from "./surroundings.ts";

/** What the job table must do; uses the schema `analysis`. */
export function jobTableSuite(database: () => TestDatabase): void {
  describe("jobs", () => {
    const jobs = new JobFixture(database);

    describe("asking", () => {
      test("again with the same or an older revision changes nothing", async () => {
        expect(await jobs.ask("one", 2)).toBe(true);
        expect(await jobs.ask("one", 2)).toBe(false);
        expect(await jobs.ask("one", 1)).toBe(false);
        expect((await jobs.row("one")).revision).toBe(2);
      });

      test("again with a newer revision makes a finished or dead job due", async () => {
        await jobs.ask("one", 1, { generation: 1 });
        const first = await jobs.claim();
        await jobs.db.asSystem((tx) => endClaim(tx, first));
        expect(await jobs.tryClaim()).toBeUndefined();
        await jobs.ask("one", 2, { generation: 2 });
        const second = await jobs.claim();
        expect(second).toMatchObject({ revision: 2, attempt: 1, detail: { generation: 2 } });
        await jobs.db.asSystem((tx) => failClaim(tx, second, "internal", true));
        expect(await jobs.row("one")).toMatchObject({ state: "dead", error_reason: "internal" });
        expect(await jobs.ask("one", 2)).toBe(false);
        expect(await jobs.ask("one", 3)).toBe(true);
        expect(await jobs.row("one")).toMatchObject({ state: "queued", attempts: 0, error_reason: null });
      });

      test("in a transaction that is rolled back asks for nothing", async () => {
        const failing = jobs.db.inWorkspace(jobs.workspaceId, async (tx) => {
          await enqueueJob(tx, jobs.request("one"));
          throw new Error("the change failed");
        });
        await expect(failing).rejects.toThrow("the change failed");
        expect(await jobs.tryClaim()).toBeUndefined();
      });

      test("at the same moment by many makes one job", async () => {
        const due = await Promise.all(Array.from({ length: 8 }, () => jobs.ask("one")));
        expect(due.filter(Boolean)).toHaveLength(1);
        await jobs.claim();
        expect(await jobs.tryClaim()).toBeUndefined();
      });
    });

    describe("a claim", () => {
      test("is given to one only, also when many claim at once", async () => {
        for (const key of ["a", "b", "c"]) await jobs.ask(key);
        const claims = await Promise.all(Array.from({ length: 8 }, () => jobs.tryClaim()));
        expect(claims.flatMap((each) => each?.key ?? []).toSorted()).toEqual(["a", "b", "c"]);
      });

      test("whose lease has ended goes to another, and its first holder can write nothing", async () => {
        await jobs.ask("one");
        const first = await jobs.claim();
        expect(await jobs.tryClaim()).toBeUndefined();
        await jobs.expireLease("one");
        const second = await jobs.claim();
        expect(second).toMatchObject({ jobId: first.jobId, attempt: 2, fence: first.fence + 1 });
        expect(await jobs.db.asSystem((tx) => renewLease(tx, first))).toBe(false);
        expect(await jobs.db.asSystem((tx) => endClaim(tx, first))).toBe("lost");
        expect(await jobs.db.asSystem((tx) => failClaim(tx, first, "internal", true))).toBeUndefined();
        await jobs.db.asSystem((tx) => releaseClaim(tx, first));
        expect(await jobs.row("one")).toMatchObject({ state: "running", fence: second.fence, attempts: 2 });
        expect(await jobs.db.asSystem((tx) => renewLease(tx, second))).toBe(true);
        expect(await jobs.db.asSystem((tx) => endClaim(tx, second))).toBe("done");
        expect(await jobs.db.asSystem((tx) => endClaim(tx, second))).toBe("lost");
      });

      test("of a revision that was overtaken ends as superseded and is due at once", async () => {
        await jobs.ask("one", 1);
        const first = await jobs.claim();
        await jobs.ask("one", 2);
        expect((await jobs.row("one")).state).toBe("running");
        expect(await jobs.db.asSystem((tx) => endClaim(tx, first))).toBe("superseded");
        const second = await jobs.claim();
        expect(second).toMatchObject({ revision: 2, attempt: 1 });
        await jobs.ask("one", 3);
        expect(await jobs.db.asSystem((tx) => failClaim(tx, second, "internal", true))).toBe("queued");
        expect(await jobs.claim()).toMatchObject({ revision: 3, attempt: 1 });
      });

      test("that fails waits 2, 4, 8, … s and is dead after the last attempt", async () => {
        await jobs.ask("one");
        for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
          const failed = await jobs.claim();
          expect(failed.attempt).toBe(attempt);
          const state = await jobs.db.asSystem((tx) => failClaim(tx, failed, "unavailable", false));
          expect(state).toBe(attempt < MAX_ATTEMPTS ? "queued" : "dead");
          const { delay_s, error_reason } = await jobs.row("one");
          expect([delay_s, error_reason]).toEqual([2 ** attempt, "unavailable"]);
          expect(await jobs.tryClaim()).toBeUndefined();
          await jobs.makeDue("one");
        }
        expect(await jobs.tryClaim()).toBeUndefined();
      });

      test("that is released does not count as an attempt, whatever happened meanwhile", async () => {
        await jobs.ask("one", 1);
        const first = await jobs.claim();
        await jobs.db.asSystem((tx) => releaseClaim(tx, first));
        expect(await jobs.row("one")).toMatchObject({ state: "queued", attempts: 0 });
        const second = await jobs.claim();
        await jobs.ask("one", 2);
        await jobs.db.asSystem((tx) => releaseClaim(tx, second));
        expect(await jobs.claim()).toMatchObject({ revision: 2, attempt: 1 });
      });
    });
  });
}
