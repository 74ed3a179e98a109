import { expect, test } from "bun:test";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { REFRESH_IDLE_MS, REPEAT_MS, SIGN_IN_MS } from "../refresh/refresh-token.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { bearer, inviteAndRegister, PASSWORD, registerPerson } from "./support/people.ts";
import { reasonFor } from "./support/refusals.ts";

const ANNA = "anna@example.com";
const DAY_MS = 24 * 60 * 60_000;

describeAuth("RefreshTokens", (the) => {
  const ask = (refreshToken: string) => the.instance.auth.refreshTokens({ refreshToken });
  const next = async (refreshToken: string) => (await ask(refreshToken)).tokens?.refreshToken ?? "";
  const signIn = async () => (await registerPerson(the.instance, ANNA)).refreshToken;
  const signInAgain = async () =>
    (await the.instance.auth.login({ email: ANNA, password: PASSWORD })).tokens?.refreshToken ?? "";

  test("each token gives the next one and a good access token", async () => {
    let token = await signIn();
    const seen = new Set([token]);
    for (let round = 0; round < 5; round += 1) {
      the.instance.clock.pass(14 * 60_000);
      const { tokens } = await ask(token);
      await the.instance.auth.getMe({}, bearer(tokens?.accessToken ?? ""));
      token = tokens?.refreshToken ?? "";
      seen.add(token);
    }
    expect(seen.size).toBe(6);
    for (const each of seen) expect(each).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  test("a client whose answer was lost asks again and gets the same token", async () => {
    const token = await signIn();
    const lost = await ask(token);
    the.instance.clock.pass(REPEAT_MS);
    const again = await ask(token);
    expect(again.tokens?.refreshToken).toBe(lost.tokens?.refreshToken ?? "");
    expect(again.tokens?.refreshExpireTime).toEqual(lost.tokens?.refreshExpireTime);
    expect(await reasonFor(ask(again.tokens?.refreshToken ?? ""))).toBe("ok");
  });

  test("a token that comes again later ends the whole sign-in, and no other", async () => {
    const stolen = await signIn();
    const other = await signInAgain();
    const newest = await next(stolen);
    the.instance.clock.pass(REPEAT_MS + 1);
    expect(await reasonFor(ask(stolen))).toBe("refresh_token_reused");
    expect(await reasonFor(ask(newest))).toBe("refresh_token_invalid");
    expect(await reasonFor(ask(stolen))).toBe("refresh_token_reused");
    expect(await reasonFor(ask(other))).toBe("ok");
  });

  test("a token whose successor was used ends the sign-in at once, though it is not 30 s ago", async () => {
    const first = await signIn();
    const second = await next(first);
    const third = await next(second);
    expect(await reasonFor(ask(first))).toBe("refresh_token_reused");
    expect(await reasonFor(ask(third))).toBe("refresh_token_invalid");
  });

  test("tokens exchanged at the same moment, in two processes, stay one sign-in", async () => {
    let token = await signIn();
    for (let round = 0; round < 10; round += 1) {
      const presented = token;
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_unused, number) =>
          (number % 2 ? the.open : the.instance).auth.refreshTokens({ refreshToken: presented }),
        ),
      );
      const successors = new Set(answers.map((answer) => answer.tokens?.refreshToken ?? ""));
      expect(successors.size).toBe(1);
      token = [...successors].join();
    }
    const signIns = await the.instance.owner.withSchema("auth").selectFrom("sign_ins").selectAll().execute();
    expect(signIns).toHaveLength(1);
    expect(await reasonFor(ask(token))).toBe("ok");
  });

  test("a token that is not used for 30 days ends, one that is used goes on", async () => {
    let token = await signIn();
    the.instance.clock.pass(REFRESH_IDLE_MS - 1);
    token = await next(token);
    the.instance.clock.pass(REFRESH_IDLE_MS);
    expect(await reasonFor(ask(token))).toBe("refresh_token_invalid");
  });

  test("a sign-in ends after 180 days, however busily it is renewed, and its last tokens say so", async () => {
    const beganMs = the.instance.clock.now();
    let token = await signIn();
    for (let days = 20; days < 180; days += 20) {
      the.instance.clock.pass(20 * DAY_MS);
      const { tokens } = await ask(token);
      token = tokens?.refreshToken ?? "";
      const expireMs = timestampMs(
        tokens?.refreshExpireTime ?? { $typeName: "google.protobuf.Timestamp", seconds: 0n, nanos: 0 },
      );
      expect(expireMs).toBe(Math.min(the.instance.clock.now() + REFRESH_IDLE_MS, beganMs + SIGN_IN_MS));
    }
    the.instance.clock.pass(20 * DAY_MS);
    expect(await reasonFor(ask(token))).toBe("refresh_token_invalid");
  });

  test.each(["x", "A".repeat(43), "\0", "ä".repeat(200)])(
    "the token %j, which never was, is invalid",
    async (token) => {
      await signIn();
      expect(await reasonFor(ask(token))).toBe("refresh_token_invalid");
    },
  );

  test("the tokens carry the role that the person has now", async () => {
    const anna = await registerPerson(the.instance, ANNA);
    const ben = await inviteAndRegister(the.instance, anna, "ben@example.com", Role.ADMIN);
    const members = the.instance.owner.withSchema("auth").updateTable("members");
    await members.set({ role: Role.VIEWER }).where("user_id", "=", ben.userId).execute();
    const { tokens } = await ask(ben.refreshToken);
    const caller = await the.instance.service.verify(tokens?.accessToken ?? "");
    expect(caller).toMatchObject({ kind: "user", userId: ben.userId, role: Role.VIEWER });
    await the.instance.owner.withSchema("auth").deleteFrom("members").where("user_id", "=", ben.userId).execute();
    expect(await reasonFor(ask(tokens?.refreshToken ?? ""))).toBe("refresh_token_invalid");
  });

  test("Logout ends the sign-in of a token, new or old, and no other; unknown tokens are answered alike", async () => {
    const first = await signIn();
    const other = await signInAgain();
    const second = await next(first);
    expect(await reasonFor(the.instance.auth.logout({ refreshToken: first }))).toBe("ok");
    expect(await reasonFor(ask(second))).toBe("refresh_token_invalid");
    expect(await reasonFor(ask(other))).toBe("ok");
    expect(await reasonFor(the.instance.auth.logout({ refreshToken: second }))).toBe("ok");
    expect(await reasonFor(the.instance.auth.logout({ refreshToken: "never was" }))).toBe("ok");
  });

  test("a lost answer is not made up for after Logout", async () => {
    const token = await signIn();
    await ask(token);
    await the.instance.auth.logout({ refreshToken: token });
    expect(await reasonFor(ask(token))).toBe("refresh_token_invalid");
  });
});
