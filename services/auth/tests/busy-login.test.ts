import { expect, test } from "bun:test";
import { Database } from "@gigtrail/platform/db/database";
import { openPool } from "@gigtrail/platform/db/postgres";
import { createLog } from "@gigtrail/platform/log";
import type { AuthSchema } from "../db/schema.ts";
import { admitAttempt, takeBackAttempt } from "../throttle/admit-attempt.ts";
import { FREE_FAILURES } from "../throttle/login-attempts.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { reasonFor } from "./support/refusals.ts";

const ANNA = "anna@example.com";

describeAuth("A server too busy to look at a password", (the) => {
  test("counts no failure against the person", async () => {
    const pool = openPool<AuthSchema>(the.instance.database.address, createLog("auth", "silent"), 1);
    const attempts = { db: new Database(pool, "auth"), now: the.instance.clock.now };
    for (let round = 0; round < 3 * FREE_FAILURES; round += 1) {
      expect(await reasonFor(admitAttempt(attempts, ANNA))).toBe("ok");
      await takeBackAttempt(attempts, ANNA);
    }
    for (let attempt = 0; attempt < FREE_FAILURES; attempt += 1) {
      expect(await reasonFor(admitAttempt(attempts, ANNA))).toBe("ok");
    }
    expect(await reasonFor(admitAttempt(attempts, ANNA))).toBe("too_many_attempts");
    await attempts.db.close();
  });
});
