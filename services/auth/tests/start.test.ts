import { expect, test } from "bun:test";
import { MasterKey, MasterKeyError } from "@gigtrail/platform/crypto/master-key";
import { ConfigError } from "@gigtrail/platform/config";
import { AuthInstance } from "./support/auth-instance.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { PASSWORD, registerPerson } from "./support/people.ts";
import { reasonFor } from "./support/refusals.ts";

describeAuth("Starting auth", (the) => {
  const migrated = () => ({ ...the.instance.database, migrate: false });

  test("processes that start at once on a new database sign with one key, and trust each other's tokens", async () => {
    await the.instance.owner.withSchema("auth").deleteFrom("signing_keys").execute();
    const started = await Promise.all(Array.from({ length: 4 }, () => AuthInstance.start(migrated())));
    const sets = await Promise.all(started.map(async ({ auth }) => (await auth.getJwks({})).jwksJson));
    expect(new Set(sets).size).toBe(1);
    const [one, other] = started;
    if (one === undefined || other === undefined) throw new Error("none was started");
    const anna = await registerPerson(one, "anna@example.com");
    expect((await other.auth.getMe({}, anna.as)).user?.userId).toBe(anna.userId);
    for (const each of started) await each.stop();
  });

  test("after a restart people stay signed in, and their passwords are good", async () => {
    const before = await AuthInstance.start(migrated());
    const anna = await registerPerson(before, "anna@example.com");
    await before.stop();
    const after = await AuthInstance.start(migrated());
    expect(await reasonFor(after.auth.getMe({}, anna.as))).toBe("ok");
    expect(await reasonFor(after.auth.refreshTokens({ refreshToken: anna.refreshToken }))).toBe("ok");
    expect(await reasonFor(after.auth.login({ email: anna.email, password: PASSWORD }))).toBe("ok");
    await after.service.ready();
    await after.stop();
  });

  test("another master key is noticed before anybody is let in or locked out", async () => {
    const other = MasterKey.parse(Buffer.alloc(32, 8).toString("base64"));
    const started = AuthInstance.start(migrated(), undefined, {}, other);
    await expect(started).rejects.toBeInstanceOf(MasterKeyError);
  });

  test("a wrong configuration is told before the database is opened", async () => {
    const started = AuthInstance.start(migrated(), undefined, { REGISTRATION: "perhaps", SERVICE_SECRETS: "analysis" });
    await expect(started).rejects.toBeInstanceOf(ConfigError);
  });

  test("stopping twice is stopping", async () => {
    const instance = await AuthInstance.start(migrated());
    await instance.service.stop();
    await instance.stop();
  });
});
