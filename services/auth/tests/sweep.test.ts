import { expect, test } from "bun:test";
import { Database } from "@gigtrail/platform/db/database";
import { openPool } from "@gigtrail/platform/db/postgres";
import { createLog } from "@gigtrail/platform/log";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { sql } from "kysely";
import type { AuthSchema } from "../db/schema.ts";
import { sweep } from "../sweep/sweep.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { inviteAndRegister, PASSWORD, registerPerson } from "./support/people.ts";
import { reasonFor } from "./support/refusals.ts";

const DAY_MS = 24 * 60 * 60_000;
const ENDING = [
  "done_requests",
  "login_attempts",
  "sign_ins",
  "refresh_tokens",
  "invitations",
  "invitation_codes",
  "pairings",
  "wrong_user_codes",
] as const;

describeAuth("The sweep", (the) => {
  const run = async () => {
    const pool = openPool<AuthSchema>(the.instance.database.address, createLog("auth", "silent"), 1);
    const db = new Database(pool, "auth");
    await sweep({ db, now: the.instance.clock.now });
    await db.close();
  };
  const counts = async () => {
    const found: Record<string, number> = {};
    for (const table of ENDING) {
      const { rows } = await sql`select 1 from ${sql.table(`auth.${table}`)}`.execute(the.instance.owner);
      found[table] = rows.length;
    }
    return found;
  };
  const fill = async () => {
    const { auth, devices } = the.instance;
    const anna = await registerPerson(the.instance, "anna@example.com");
    await inviteAndRegister(the.instance, anna, "cleo@example.com", Role.MEMBER);
    const requestId = "7e1a52ac-94b4-4ae3-9e0f-8d8ad0f6a4ff";
    await auth.createInvitation({ email: "ben@example.com", role: Role.MEMBER, requestId }, anna.as);
    await reasonFor(auth.login({ email: "nobody@example.com", password: "wrong" }));
    await devices.startPairing({ clientName: "Chrome" });
    await reasonFor(devices.approvePairing({ userCode: "BBBB-BBBB" }, anna.as));
    return anna;
  };

  test("deletes nothing that is still good", async () => {
    const anna = await fill();
    const before = await counts();
    for (const count of Object.values(before)) expect(count).toBeGreaterThan(0);
    await run();
    expect(await counts()).toEqual(before);
    expect(await reasonFor(the.instance.auth.refreshTokens({ refreshToken: anna.refreshToken }))).toBe("ok");
  });

  test("leaves no trace of what has ended, in any workspace", async () => {
    await fill();
    the.instance.clock.pass(181 * DAY_MS);
    await run();
    for (const [table, count] of Object.entries(await counts())) expect(`${table}: ${count}`).toBe(`${table}: 0`);
    expect(await reasonFor(the.instance.auth.login({ email: "anna@example.com", password: PASSWORD }))).toBe("ok");
  });

  test("a used token is remembered for as long as it could be shown again", async () => {
    const { refreshToken } = await fill();
    await the.instance.auth.refreshTokens({ refreshToken });
    the.instance.clock.pass(29 * DAY_MS);
    await run();
    expect(await reasonFor(the.instance.auth.refreshTokens({ refreshToken }))).toBe("refresh_token_reused");
  });
});
