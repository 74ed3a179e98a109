import { expect, test } from "bun:test";
import type { CallOptions } from "@connectrpc/connect";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { MAX_WRONG_CODES, PAIRING_S, POLL_INTERVAL_S, WRONG_CODES_MS } from "../pairing/limits.ts";
import { USER_CODE_LETTERS } from "../pairing/user-code.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { bearer, inviteAndRegister, registerPerson } from "./support/people.ts";
import { reasonFor, retryAfterMs } from "./support/refusals.ts";

const INTERVAL_MS = POLL_INTERVAL_S * 1000;
const CLIENT = { clientName: "Chrome on Linux" };

describeAuth("Pairing", (the) => {
  const anna = () => registerPerson(the.instance, "anna@example.com");
  const start = () => the.instance.devices.startPairing(CLIENT);
  const approve = (userCode: string, as: CallOptions, displayName = "") =>
    the.instance.devices.approvePairing({ userCode, displayName }, as);
  const poll = (deviceCode: string) => the.instance.devices.completePairing({ deviceCode });
  const wrong = (number: number) => `BBBB-BBB${USER_CODE_LETTERS.charAt(number)}`;

  test("a device shows a code, a person approves it, the device gets its own sign-in", async () => {
    const person = await anna();
    const pairing = await start();
    expect(pairing.userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(pairing).toMatchObject({
      verificationUri: "https://gigtrail.example/pair",
      expiresInSeconds: PAIRING_S,
      intervalSeconds: POLL_INTERVAL_S,
    });
    expect(await reasonFor(poll(pairing.deviceCode))).toBe("authorization_pending");
    const { device } = await approve(pairing.userCode, person.as);
    expect(device?.displayName).toBe(CLIENT.clientName);
    the.instance.clock.pass(INTERVAL_MS);
    const done = await poll(pairing.deviceCode);
    expect(done.device).toEqual(device);
    expect(done.user?.userId).toBe(person.userId);
    expect(done.workspace?.workspaceId).toBe(person.workspaceId);
    const me = await the.instance.auth.getMe({}, bearer(done.tokens?.accessToken ?? ""));
    expect(me.deviceId).toBe(device?.deviceId ?? "");
    const refreshed = await the.instance.auth.refreshTokens({ refreshToken: done.tokens?.refreshToken ?? "" });
    const caller = await the.instance.service.verify(refreshed.tokens?.accessToken ?? "");
    expect(caller).toMatchObject({ kind: "user", deviceId: device?.deviceId, role: Role.OWNER });
  });

  test("a device can do nothing but what devices may: it invites nobody and lets nobody in", async () => {
    const person = await anna();
    const pairing = await start();
    await approve(pairing.userCode, person.as);
    const { tokens } = await poll(pairing.deviceCode);
    const as = bearer(tokens?.accessToken ?? "");
    const invitation = the.instance.auth.createInvitation({ email: "eve@example.com", role: Role.OWNER }, as);
    expect(await reasonFor(invitation)).toBe("permission_denied");
    expect(await reasonFor(approve((await start()).userCode, as))).toBe("permission_denied");
  });

  test("the code may be entered with spaces, in small letters, with or without hyphens; the person names it", async () => {
    const person = await anna();
    const { userCode } = await start();
    const [left = "", right = ""] = userCode.toLowerCase().split("-");
    expect((await approve(` ${left} – ${right} `, person.as, "Küche")).device?.displayName).toBe("Küche");
  });

  test("the code is good for 10 minutes", async () => {
    const person = await anna();
    const [first, second] = [await start(), await start()];
    the.instance.clock.pass(PAIRING_S * 1000 - 1);
    expect(await reasonFor(approve(first.userCode, person.as))).toBe("ok");
    the.instance.clock.pass(1);
    expect(await reasonFor(approve(second.userCode, person.as))).toBe("user_code_unknown");
    expect(await reasonFor(poll(first.deviceCode))).toBe("expired_token");
    expect(await reasonFor(poll(second.deviceCode))).toBe("expired_token");
    expect(await reasonFor(poll("never was"))).toBe("expired_token");
  });

  test("the tokens are given once, also to a device that asks twice at the same moment", async () => {
    const person = await anna();
    const pairing = await start();
    await approve(pairing.userCode, person.as);
    const asked = [the.instance, the.open].map(({ devices }) =>
      reasonFor(devices.completePairing({ deviceCode: pairing.deviceCode })),
    );
    expect((await Promise.all(asked)).sort()).toEqual(["expired_token", "ok"]);
    the.instance.clock.pass(INTERVAL_MS);
    expect(await reasonFor(poll(pairing.deviceCode))).toBe("expired_token");
  });

  test("a device that asks too soon waits 5 s longer each time, approved or not", async () => {
    const person = await anna();
    const pairing = await start();
    expect(await reasonFor(poll(pairing.deviceCode))).toBe("authorization_pending");
    the.instance.clock.pass(INTERVAL_MS - 1);
    expect(await reasonFor(poll(pairing.deviceCode))).toBe("slow_down");
    the.instance.clock.pass(INTERVAL_MS);
    const early = poll(pairing.deviceCode);
    expect(await reasonFor(early)).toBe("slow_down");
    expect(await retryAfterMs(early)).toBe(3 * INTERVAL_MS);
    await approve(pairing.userCode, person.as);
    the.instance.clock.pass(3 * INTERVAL_MS - 1);
    expect(await reasonFor(poll(pairing.deviceCode))).toBe("slow_down");
    the.instance.clock.pass(4 * INTERVAL_MS);
    expect(await reasonFor(poll(pairing.deviceCode))).toBe("ok");
  });

  test("five wrong codes in 10 minutes, then not even the right one, until the oldest is forgotten", async () => {
    const person = await anna();
    const { userCode } = await start();
    for (let number = 0; number < MAX_WRONG_CODES; number += 1) {
      expect(await reasonFor(approve(wrong(number), person.as))).toBe("user_code_unknown");
      the.instance.clock.pass(60_000);
    }
    const blocked = approve(userCode, person.as);
    expect(await reasonFor(blocked)).toBe("too_many_attempts");
    const wait = await retryAfterMs(blocked);
    expect(wait).toBe(WRONG_CODES_MS - MAX_WRONG_CODES * 60_000);
    the.instance.clock.pass(wait - 1);
    expect(await reasonFor(approve(wrong(9), person.as))).toBe("too_many_attempts");
    the.instance.clock.pass(1);
    expect(await reasonFor(approve(wrong(9), person.as))).toBe("user_code_unknown");
    expect(await reasonFor(approve(wrong(9), person.as))).toBe("too_many_attempts");
  });

  test("codes guessed in parallel are counted one by one; another person is not kept from theirs", async () => {
    const person = await anna();
    const ben = await inviteAndRegister(the.instance, person, "ben@example.com", Role.MEMBER);
    const guesses = Array.from({ length: 12 }, (_unused, number) =>
      reasonFor((number % 2 ? the.open : the.instance).devices.approvePairing({ userCode: wrong(number) }, person.as)),
    );
    const reasons = await Promise.all(guesses);
    expect(reasons.filter((reason) => reason === "user_code_unknown")).toHaveLength(MAX_WRONG_CODES);
    expect(await reasonFor(approve((await start()).userCode, ben.as))).toBe("ok");
  });

  test("approving twice gives the same device; somebody else's approval of the same code is a wrong code", async () => {
    const person = await anna();
    const ben = await inviteAndRegister(the.instance, person, "ben@example.com", Role.MEMBER);
    const { userCode, deviceCode } = await start();
    const answers = await Promise.all([approve(userCode, person.as), approve(userCode, person.as)]);
    expect(answers[0]?.device).toEqual(answers[1]?.device);
    expect(await reasonFor(approve(userCode, ben.as))).toBe("user_code_unknown");
    expect((await poll(deviceCode)).user?.userId).toBe(person.userId);
    expect(await the.instance.owner.withSchema("auth").selectFrom("devices").selectAll().execute()).toHaveLength(1);
  });

  test("of two people who approve a code at the same moment, one gets the device", async () => {
    const person = await anna();
    const ben = await inviteAndRegister(the.instance, person, "ben@example.com", Role.MEMBER);
    for (let round = 0; round < 4; round += 1) {
      const { userCode } = await start();
      const asked = [
        reasonFor(the.instance.devices.approvePairing({ userCode }, person.as)),
        reasonFor(the.open.devices.approvePairing({ userCode }, ben.as)),
      ];
      expect((await Promise.all(asked)).sort()).toEqual(["ok", "user_code_unknown"]);
    }
    expect(await the.instance.owner.withSchema("auth").selectFrom("devices").selectAll().execute()).toHaveLength(4);
  });

  test("a viewer pairs nothing, nor does anybody who is not signed in", async () => {
    const viewer = await inviteAndRegister(the.instance, await anna(), "viewer@example.com", Role.VIEWER);
    const { userCode } = await start();
    expect(await reasonFor(approve(userCode, viewer.as))).toBe("permission_denied");
    expect(await reasonFor(approve(userCode, {}))).toBe("token_missing");
  });

  test("a device that was removed, or whose person was, gets no more tokens", async () => {
    const person = await anna();
    const pairing = await start();
    await approve(pairing.userCode, person.as);
    const { tokens } = await poll(pairing.deviceCode);
    await the.instance.owner.withSchema("auth").deleteFrom("devices").execute();
    expect(await reasonFor(the.instance.auth.refreshTokens({ refreshToken: tokens?.refreshToken ?? "" }))).toBe(
      "refresh_token_invalid",
    );
  });

  test("a device's name with NUL is the caller's mistake", async () => {
    expect(await reasonFor(the.instance.devices.startPairing({ clientName: "\0" }))).toBe("request_invalid");
    const { userCode } = await start();
    expect(await reasonFor(approve(userCode, (await anna()).as, "\0"))).toBe("request_invalid");
  });
});
