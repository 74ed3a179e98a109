import { expect, test } from "bun:test";
import { createLog } from "@gigtrail/platform/log";
import { runReset } from "../admin/reset-command.ts";
import { FREE_FAILURES } from "../throttle/login-attempts.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { PASSWORD, registerPerson } from "./support/people.ts";
import { reasonFor } from "./support/refusals.ts";

const ANNA = "anna@example.com";
const NEW_PASSWORD = "Neun Zwetschgen am Bach";

describeAuth("Resetting a password", (the) => {
  const login = (password: string) => the.instance.auth.login({ email: ANNA, password });
  const reset = (email: string, newPassword?: string) => {
    const { address } = the.instance.database;
    return runReset({ address, log: createLog("auth", "silent"), email, newPassword });
  };

  test("lets a person who is locked out in at once, with the new password alone", async () => {
    await registerPerson(the.instance, ANNA);
    for (let attempt = 0; attempt <= FREE_FAILURES; attempt += 1) await reasonFor(login("wrong"));
    expect(await reset("Anna@Example.com", NEW_PASSWORD)).toMatchObject({ done: true });
    expect(await reasonFor(login(NEW_PASSWORD))).toBe("ok");
    expect(await reasonFor(login(PASSWORD))).toBe("credentials_wrong");
  });

  test("ends every sign-in of the account, also one that a device has still to collect, and nobody else's", async () => {
    const anna = await registerPerson(the.open, ANNA);
    const ben = await registerPerson(the.open, "ben@example.com");
    const { deviceCode, userCode } = await the.instance.devices.startPairing({ clientName: "Chrome" });
    await the.instance.devices.approvePairing({ userCode }, anna.as);
    await reset(ANNA, NEW_PASSWORD);
    const refresh = (refreshToken: string) => reasonFor(the.instance.auth.refreshTokens({ refreshToken }));
    expect(await refresh(anna.refreshToken)).toBe("refresh_token_invalid");
    expect(await refresh(ben.refreshToken)).toBe("ok");
    expect(await reasonFor(the.instance.devices.completePairing({ deviceCode }))).toBe("expired_token");
  });

  test("makes a password and shows it when none is given", async () => {
    await registerPerson(the.instance, ANNA);
    const { text } = await reset(ANNA);
    const shown = /^Password: (.+)$/m.exec(text)?.[1] ?? "";
    expect(shown).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect(await reasonFor(login(shown))).toBe("ok");
  });

  test("changes nothing for an unknown address or a weak password", async () => {
    await registerPerson(the.instance, ANNA);
    expect(await reset("nobody@example.com", NEW_PASSWORD)).toMatchObject({ done: false });
    expect(await reasonFor(reset(ANNA, "password1234"))).toBe("password_too_weak");
    expect(await reasonFor(login(PASSWORD))).toBe("ok");
  });
});
