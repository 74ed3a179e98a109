import { expect, test } from "bun:test";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { sql } from "kysely";
import { SYSTEM_TABLES } from "../db/system-tables.ts";
import type { AuthInstance } from "./support/auth-instance.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { inviteAndRegister, PASSWORD, registerPerson } from "./support/people.ts";
import { reasonFor } from "./support/refusals.ts";

const ANNA = "anna@example.com";

describeAuth("What auth keeps", (the) => {
  test("holds no password, token or code, nor does its log; the log names nobody", async () => {
    const { secrets, names } = await useEverything(the.instance);
    const kept = await everyRow(the.instance);
    const logged = the.instance.logged.join("\n");
    expect(logged).toContain("refresh_token_reused");
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(7);
      for (const form of formsOf(secret)) expect(kept.includes(form) || logged.includes(form)).toBe(false);
    }
    for (const name of names) expect(logged).not.toContain(name);
  });

  test("is closed to other tenants by the database, or stands in the list of tables without tenants", async () => {
    const { rows } = await sql<{ name: string; closed: boolean; policies: number }>`
      select relname as name, relrowsecurity and relforcerowsecurity as closed,
             (select count(*)::int from pg_policy where polrelid = pg_class.oid) as policies
        from pg_class where relnamespace = 'auth'::regnamespace and relkind in ('r', 'p', 'v', 'm')`.execute(
      the.instance.owner,
    );
    const own = rows.filter(({ name }) => !name.startsWith("migrations"));
    const open = own.filter(({ closed, policies }) => !closed || policies !== 1);
    expect(open.map(({ name }) => name).sort()).toEqual(SYSTEM_TABLES.toSorted());
    expect(own.length).toBeGreaterThan(SYSTEM_TABLES.length);
  });

  test("a tenant's transaction sees no account, no token, and no other workspace", async () => {
    const anna = await registerPerson(the.open, ANNA);
    await registerPerson(the.open, "ben@example.com");
    const asTenant = (query: string) =>
      the.instance.owner.transaction().execute(async (tx) => {
        await sql`set local role gt_auth`.execute(tx);
        await sql`select set_config('app.workspaces', ${anna.workspaceId}, true)`.execute(tx);
        return (await sql.raw(query).execute(tx)).rows.length;
      });
    expect(await asTenant("select * from auth.workspaces")).toBe(1);
    expect(await asTenant("select * from auth.members")).toBe(1);
    for (const table of ["accounts", "sign_ins", "refresh_tokens", "signing_keys", "login_attempts", "instance"]) {
      await expect(asTenant(`select * from auth.${table}`)).rejects.toThrow("permission denied");
    }
  });

  test("the look-up role sees no tenant's table", async () => {
    await registerPerson(the.open, ANNA);
    for (const table of ["workspaces", "members", "devices", "invitations"]) {
      const query = the.instance.owner.transaction().execute(async (tx) => {
        await sql`set local role gt_auth_system`.execute(tx);
        await sql.raw(`select * from auth.${table}`).execute(tx);
      });
      await expect(query).rejects.toThrow("permission denied");
    }
  });
});

/** Goes through every call that has to do with a secret, the failing ways too; gives all secrets and people's names. */
async function useEverything(instance: AuthInstance): Promise<{ secrets: string[]; names: string[] }> {
  const { auth, devices } = instance;
  const wrongPassword = "Falsches-Wort-in-den-Wind";
  const anna = await registerPerson(instance, ANNA);
  const { invitationCode } = await auth.createInvitation({ email: "ben@example.com", role: Role.ADMIN }, anna.as);
  const cleo = await inviteAndRegister(instance, anna, "cleo@example.com", Role.MEMBER);
  await reasonFor(auth.login({ email: ANNA, password: wrongPassword }));
  const login = await auth.login({ email: ANNA, password: PASSWORD });
  const first = login.tokens?.refreshToken ?? "";
  const second = (await auth.refreshTokens({ refreshToken: first })).tokens?.refreshToken ?? "";
  const third = (await auth.refreshTokens({ refreshToken: second })).tokens?.refreshToken ?? "";
  const pairing = await devices.startPairing({ clientName: "Chrome" });
  const open = await devices.startPairing({ clientName: "Chrome" });
  await reasonFor(devices.completePairing({ deviceCode: open.deviceCode }));
  await devices.approvePairing({ userCode: pairing.userCode }, anna.as);
  const paired = await devices.completePairing({ deviceCode: pairing.deviceCode });
  expect(await reasonFor(auth.refreshTokens({ refreshToken: first }))).toBe("refresh_token_reused");
  await auth.logout({ refreshToken: cleo.refreshToken });
  const tokens = [anna, cleo].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]);
  const ofDevice = [paired.tokens?.accessToken ?? "", paired.tokens?.refreshToken ?? ""];
  const codes = [invitationCode, pairing.deviceCode, pairing.userCode, open.deviceCode, open.userCode];
  const userCodes = [pairing.userCode, open.userCode].map((code) => code.replace("-", ""));
  return {
    secrets: [PASSWORD, wrongPassword, first, second, third, ...tokens, ...ofDevice, ...codes, ...userCodes],
    names: [ANNA, "ben@example.com", "cleo@example.com"],
  };
}

/** All that the database holds, as text: bytes as hexadecimal digits. */
async function everyRow({ owner }: AuthInstance): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`.execute(owner);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql.raw<{ text: string }>(`select t::text as text from ${name} t`).execute(owner);
    texts.push(...rows.map((row) => row.text));
  }
  expect(texts.length).toBeGreaterThan(20);
  return texts.join("\n");
}

/** How a secret could stand in a row: as it is, or its bytes in hexadecimal digits. */
function formsOf(secret: string): string[] {
  const bytes = [Buffer.from(secret), Buffer.from(secret, "base64url")];
  return [secret, ...bytes.map((each) => each.toString("hex")).filter((hex) => hex.length > 16)];
}
