import { expect, test } from "bun:test";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { FIRST_BLOCK_MS, FORGET_FAILURES_MS, FREE_FAILURES, MAX_BLOCK_MS } from "../throttle/login-attempts.ts";
import { bearer, PASSWORD, registerPerson } from "./support/people.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { faceOf, reasonFor, retryAfterMs } from "./support/refusals.ts";

const ANNA = "anna@example.com";

describeAuth("Login", (the) => {
  const login = (email: string, password: string) => the.instance.auth.login({ email, password });
  const fail = async (email: string, times: number) => {
    for (let done = 0; done < times; done += 1) await reasonFor(login(email, "wrong"));
  };

  test("gives the account, its workspace and a sign-in, however the address is written", async () => {
    const anna = await registerPerson(the.instance, ANNA);
    const answer = await login(" ANNA@Example.com ", PASSWORD);
    expect(answer.user?.userId).toBe(anna.userId);
    expect(answer.workspace).toMatchObject({ workspaceId: anna.workspaceId, role: Role.OWNER });
    const me = await the.instance.auth.getMe({}, bearer(answer.tokens?.accessToken ?? ""));
    expect(me.user?.email).toBe(ANNA);
    const refreshed = await the.instance.auth.refreshTokens({ refreshToken: answer.tokens?.refreshToken ?? "" });
    expect(refreshed.tokens?.accessToken).not.toBe("");
  });

  test("a password typed in decomposed letters is the same password", async () => {
    await registerPerson(the.instance, ANNA);
    expect(await reasonFor(login(ANNA, PASSWORD.normalize("NFD")))).toBe("ok");
    expect(await reasonFor(login(ANNA, PASSWORD.toLowerCase()))).toBe("credentials_wrong");
  });

  test("an unknown address and a wrong password look alike, from the first attempt to the blocked one", async () => {
    await registerPerson(the.instance, ANNA);
    for (let attempt = 0; attempt < FREE_FAILURES + 2; attempt += 1) {
      expect(await faceOf(login("nobody@example.com", "wrong"))).toEqual(await faceOf(login(ANNA, "wrong")));
    }
  });

  test("after five failures the right password is not looked at either, until the wait is over", async () => {
    await registerPerson(the.instance, ANNA);
    await fail(ANNA, FREE_FAILURES);
    expect(await reasonFor(login(ANNA, PASSWORD))).toBe("too_many_attempts");
    expect(await retryAfterMs(login(ANNA, PASSWORD))).toBe(FIRST_BLOCK_MS);
    the.instance.clock.pass(FIRST_BLOCK_MS);
    expect(await reasonFor(login(ANNA, PASSWORD))).toBe("ok");
  });

  test("four failures cost no wait, and a success forgets them", async () => {
    await registerPerson(the.instance, ANNA);
    for (let round = 0; round < 3; round += 1) {
      await fail(ANNA, FREE_FAILURES - 1);
      expect(await reasonFor(login(ANNA, PASSWORD))).toBe("ok");
    }
  });

  test("the wait doubles, is never longer than its bound, and what comes too early does not prolong it", async () => {
    await registerPerson(the.instance, ANNA);
    await fail(ANNA, FREE_FAILURES);
    const waits: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      await fail(ANNA, 2);
      const wait = await retryAfterMs(login(ANNA, PASSWORD));
      waits.push(wait);
      the.instance.clock.pass(wait);
      await fail(ANNA, 1);
    }
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...waits)).toBe(MAX_BLOCK_MS);
    the.instance.clock.pass(MAX_BLOCK_MS);
    expect(await reasonFor(login(ANNA, PASSWORD))).toBe("ok");
  });

  test("guesses made in parallel are counted one by one, in all processes together", async () => {
    await registerPerson(the.instance, ANNA);
    const guesses = Array.from({ length: 20 }, (_unused, number) =>
      reasonFor((number % 2 ? the.open : the.instance).auth.login({ email: ANNA, password: `wrong ${number}` })),
    );
    const reasons = await Promise.all(guesses);
    expect(reasons.filter((reason) => reason === "credentials_wrong")).toHaveLength(FREE_FAILURES);
    expect(reasons.filter((reason) => reason === "too_many_attempts")).toHaveLength(20 - FREE_FAILURES);
  });

  test("one address's failures do not keep another from signing in", async () => {
    await registerPerson(the.instance, ANNA);
    await fail("nobody@example.com", FREE_FAILURES + 1);
    expect(await reasonFor(login(ANNA, PASSWORD))).toBe("ok");
  });

  test("failures are forgotten after a day", async () => {
    await registerPerson(the.instance, ANNA);
    await fail(ANNA, FREE_FAILURES);
    the.instance.clock.pass(FORGET_FAILURES_MS + 1);
    await fail(ANNA, FREE_FAILURES - 1);
    expect(await reasonFor(login(ANNA, PASSWORD))).toBe("ok");
  });

  test("the person with the right password may sign in from many places at once", async () => {
    await registerPerson(the.instance, ANNA);
    const reasons = await Promise.all(Array.from({ length: 4 }, () => reasonFor(login(ANNA, PASSWORD))));
    expect(reasons).toEqual(Array(4).fill("ok"));
  });

  test("an address that no database could hold is wrong, not a fault", async () => {
    expect(await reasonFor(login("a\0b", PASSWORD))).toBe("request_invalid");
    expect(await reasonFor(login("💥'; drop table accounts; --", PASSWORD))).toBe("credentials_wrong");
    expect(await reasonFor(login(ANNA, "\0"))).toBe("credentials_wrong");
  });
});
