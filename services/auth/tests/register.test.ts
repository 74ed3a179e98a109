import { expect, test } from "bun:test";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import type { AuthInstance } from "./support/auth-instance.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { bearer, PASSWORD, registerPerson } from "./support/people.ts";
import { reasonFor } from "./support/refusals.ts";

const HOUR_MS = 60 * 60_000;
const REQUEST_ID = "7e1a52ac-94b4-4ae3-9e0f-8d8ad0f6a4ff";

describeAuth("Register", (the) => {
  const ask = (instance: AuthInstance, email: string, more = {}) =>
    instance.auth.register({ email, password: PASSWORD, displayName: "Anna", ...more });

  test("the first account owns the instance and a workspace, and is signed in", async () => {
    const answer = await ask(the.instance, "Anna@Example.COM", { workspaceName: "Atelier" });
    expect(answer.user).toMatchObject({ email: "anna@example.com", displayName: "Anna" });
    expect(answer.workspace).toMatchObject({ displayName: "Atelier", role: Role.OWNER });
    const me = await the.instance.auth.getMe({}, bearer(answer.tokens?.accessToken ?? ""));
    expect(me.user).toEqual(answer.user);
    expect(me.workspace).toEqual(answer.workspace);
    expect(me.deviceId).toBe("");
  });

  test("the workspace is named after the person unless they name it", async () => {
    expect((await ask(the.instance, "anna@example.com")).workspace?.displayName).toBe("Anna");
  });

  test("the second account is refused, whether its address is taken or not", async () => {
    await ask(the.instance, "anna@example.com");
    expect(await reasonFor(ask(the.instance, "ben@example.com"))).toBe("registration_closed");
    expect(await reasonFor(ask(the.instance, "anna@example.com"))).toBe("registration_closed");
  });

  test("of many who register at once, one becomes the owner", async () => {
    const asked = Array.from({ length: 8 }, (_unused, number) =>
      reasonFor(ask(the.instance, `racer${number}@example.com`)),
    );
    const reasons = await Promise.all(asked);
    expect(reasons.sort()).toEqual(["ok", ...Array<string>(7).fill("registration_closed")]);
    expect(await the.instance.owner.withSchema("auth").selectFrom("accounts").select("email").execute()).toHaveLength(
      1,
    );
    expect(
      await the.instance.owner.withSchema("auth").selectFrom("workspaces").select("workspace_id").execute(),
    ).toHaveLength(1);
  });

  test("where registration is open, everybody gets a workspace of their own", async () => {
    const [anna, ben] = [await ask(the.open, "anna@example.com"), await ask(the.open, "ben@example.com")];
    expect(ben.workspace?.role).toBe(Role.OWNER);
    expect(ben.workspace?.workspaceId).not.toBe(anna.workspace?.workspaceId);
  });

  test("an address has one account, however it is written, also when two register at once", async () => {
    await ask(the.open, "anna@example.com");
    expect(await reasonFor(ask(the.open, "ANNA@example.com"))).toBe("email_taken");
    const reasons = await Promise.all(
      ["ben@example.com", "Ben@Example.com"].map((each) => reasonFor(ask(the.open, each))),
    );
    expect(reasons.sort()).toEqual(["email_taken", "ok"]);
  });

  test.each(["password1234", "anna@example.com", "aaaaaaaaaaaaaa", "123456789012"])(
    "the password %s is refused",
    async (password) => {
      expect(await reasonFor(ask(the.instance, "anna@example.com", { password }))).toBe("password_too_weak");
      expect(await reasonFor(ask(the.instance, "anna@example.com"))).toBe("ok");
    },
  );

  test("a repeated request_id says what was made and lets nobody in", async () => {
    const first = await ask(the.instance, "anna@example.com", { requestId: REQUEST_ID });
    const again = await ask(the.instance, "anna@example.com", { requestId: REQUEST_ID });
    expect(first.alreadyDone).toBe(false);
    expect(again.alreadyDone).toBe(true);
    expect(again.user).toEqual(first.user);
    expect(again.workspace).toEqual(first.workspace);
    expect(again.tokens).toBeUndefined();
  });

  test("calls with the same request_id at once make one account", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => ask(the.open, "anna@example.com", { requestId: REQUEST_ID })),
    );
    expect(answers.filter((answer) => !answer.alreadyDone)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.user?.userId)).size).toBe(1);
  });

  test("a request_id of another request is a mistake, and tells nothing of that one", async () => {
    await ask(the.open, "anna@example.com", { requestId: REQUEST_ID });
    expect(await reasonFor(ask(the.open, "ben@example.com", { requestId: REQUEST_ID }))).toBe("request_invalid");
  });

  test("a request_id is kept for 24 hours and then means something new", async () => {
    await ask(the.open, "anna@example.com", { requestId: REQUEST_ID });
    the.instance.clock.pass(24 * HOUR_MS - 60_000);
    expect((await ask(the.open, "anna@example.com", { requestId: REQUEST_ID })).alreadyDone).toBe(true);
    the.instance.clock.pass(61_000);
    expect(await reasonFor(ask(the.open, "anna@example.com", { requestId: REQUEST_ID }))).toBe("email_taken");
    expect((await ask(the.open, "ben@example.com", { requestId: REQUEST_ID })).user?.email).toBe("ben@example.com");
  });

  test("a refused request leaves nothing behind, and its request_id may be used again", async () => {
    await registerPerson(the.open, "anna@example.com");
    expect(await reasonFor(ask(the.open, "anna@example.com", { requestId: REQUEST_ID }))).toBe("email_taken");
    expect((await ask(the.open, "ben@example.com", { requestId: REQUEST_ID })).alreadyDone).toBe(false);
  });

  test.each([
    { displayName: "a\0b" },
    { workspaceName: "\0" },
    { email: "no address" },
    { email: "a\0@example.com" },
    { password: "short" },
    { displayName: "" },
    { requestId: "not a UUID" },
  ])("%j is the caller's mistake, not the server's", async (mistake) => {
    const asked = ask(the.instance, "anna@example.com", mistake);
    expect(await reasonFor(asked)).toBe("request_invalid");
  });
});
