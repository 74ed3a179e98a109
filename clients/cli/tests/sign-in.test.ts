import { afterEach, beforeEach, expect, test } from "bun:test";
import { stat } from "node:fs/promises";
import { credentialsSchema, type Login } from "../session/credentials.ts";
import { FakeGateway } from "./support/fake-gateway.ts";
import { Person } from "./support/cli.ts";

let gateway: FakeGateway;
let person: Person;
beforeEach(async () => {
  gateway = await FakeGateway.start();
  person = await Person.at(gateway.url);
});
afterEach(async () => {
  await person.leave();
  await gateway.stop();
});

async function keptTokens(): Promise<Login | undefined> {
  return credentialsSchema.parse(JSON.parse(await Bun.file(person.credentialsPath).text())).logins[gateway.url];
}

test("who signs up is signed in, and the sign-in is for their eyes only", async () => {
  const { code, stdout } = await person.run("sign-up", "--email", "ada@example.com", "--name", "Ada");
  expect({ code, stdout }).toEqual({ code: 0, stdout: `Signed up as ada@example.com at ${gateway.url}.\n` });
  expect((await stat(person.credentialsPath)).mode & 0o777).toBe(0o600);
  expect((await stat(`${person.folder}/.config/gigtrail`)).mode & 0o777).toBe(0o700);
  expect((await person.run("sessions")).code).toBe(0);
});

test("a sign-in stays private when it is renewed over a file that was open to others", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  await Bun.spawn(["chmod", "644", person.credentialsPath]).exited;
  await person.run("login", "--email", "ada@example.com");
  expect((await stat(person.credentialsPath)).mode & 0o777).toBe(0o600);
});

test("GIGTRAIL_CREDENTIALS and XDG_CONFIG_HOME say where the sign-in is kept", async () => {
  person.env["XDG_CONFIG_HOME"] = person.path("xdg");
  await person.run("sign-up", "--email", "ada@example.com");
  expect(await Bun.file(person.path("xdg/gigtrail/credentials.json")).exists()).toBe(true);
  person.env["GIGTRAIL_CREDENTIALS"] = person.path("elsewhere/mine.json");
  await person.run("login", "--email", "ada@example.com");
  expect(await Bun.file(person.path("elsewhere/mine.json")).exists()).toBe(true);
});

test("a password is typed unseen, twice when it is new, or piped in", async () => {
  delete person.env["GIGTRAIL_PASSWORD"];
  person.typed = ["ada@example.com", "a long password", "a long passwort"];
  expect(await person.run("sign-up")).toMatchObject({ code: 2, stderr: expect.stringContaining("passwords differ") });
  person.typed = ["ada@example.com", "a long password", "a long password"];
  expect(await person.run("sign-up")).toMatchObject({ code: 0 });
  person.typed = undefined;
  expect(await person.run("login", "--email", "ada@example.com")).toMatchObject({ code: 2 });
  person.piped = "a long password\n";
  expect(await person.run("login", "--email", "ada@example.com", "--password-stdin")).toMatchObject({ code: 0 });
});

test("a password cannot be an argument", async () => {
  const result = await person.run("login", "--email", "a@b.c", "--password", "secret");
  expect(result.code).toBe(2);
  expect(result.stderr).toBe("Unknown option '--password'.\n");
});

test("what goes wrong at the door is told in one sentence", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  expect((await person.run("sign-up", "--email", "ada@example.com")).stderr).toBe(
    "There is an account with this address; sign in with `gigtrail login`.\n",
  );
  person.env["GIGTRAIL_PASSWORD"] = "wrong wrong wrong";
  expect(await person.run("login", "--email", "ada@example.com")).toEqual({
    code: 1,
    stdout: "",
    stderr: "The address or the password is wrong; try again.\n",
  });
});

test("a token that is about to end is exchanged before it is used", async () => {
  gateway.accounts.accessMs = 30_000;
  await person.run("sign-up", "--email", "ada@example.com");
  const before = await keptTokens();
  gateway.accounts.accessMs = 900_000;
  expect((await person.run("sessions")).code).toBe(0);
  const after = await keptTokens();
  expect(after?.accessToken).not.toBe(before?.accessToken);
  expect(after?.refreshToken).not.toBe(before?.refreshToken);
  expect((await person.run("sessions")).code).toBe(0);
  expect(await keptTokens()).toEqual(after);
});

test("a token that the server calls ended is exchanged, whatever our clock says", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  gateway.accounts.endAccessTokens();
  expect((await person.run("sessions")).code).toBe(0);
});

test("several commands at once spend a refresh token only once", async () => {
  gateway.accounts.accessMs = 30_000;
  await person.run("sign-up", "--email", "ada@example.com");
  gateway.accounts.accessMs = 900_000;
  const results = await Promise.all(Array.from({ length: 6 }, () => person.run("sessions")));
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(gateway.accounts.reused).toBe(0);
});

test("a sign-in that has ended is forgotten, and the person told to sign in", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  gateway.accounts.endAccessTokens();
  gateway.accounts.refreshTokens.clear();
  const ended = { code: 1, stderr: "Your sign-in has ended; sign in again with `gigtrail login`.\n" };
  expect(await person.run("sessions")).toMatchObject(ended);
  expect((await person.run("sessions")).stderr).toContain("You are not signed in at");
});

test("signing out ends the sign-in here and there", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  expect(await person.run("logout")).toMatchObject({ code: 0, stdout: `Signed out at ${gateway.url}.\n` });
  expect(gateway.accounts.refreshTokens.size).toBe(0);
  expect((await person.run("sessions")).code).toBe(1);
  expect((await person.run("logout")).code).toBe(0);
});

test("signing out works here even when the server is away", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  const refreshToken = (await keptTokens())?.refreshToken ?? "";
  await gateway.stop();
  expect((await person.run("logout")).stderr).toContain("You are signed out on this machine, but");
  expect(await Bun.file(person.credentialsPath).text()).not.toContain(refreshToken);
  gateway = await FakeGateway.start();
});

test("one server's sign-in is never sent to another", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  const other = await FakeGateway.start();
  try {
    const result = await person.run("sessions", "--server", other.url);
    expect(result.stderr).toBe(`You are not signed in at ${other.url}; sign in with \`gigtrail login\`.\n`);
  } finally {
    await other.stop();
  }
});

test("without a server named, that of the last sign-in is used", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  delete person.env["GIGTRAIL_SERVER"];
  expect((await person.run("sessions")).code).toBe(0);
});

test("a damaged credentials file is told about, not overwritten", async () => {
  await person.write(".config/gigtrail/credentials.json", "{");
  const result = await person.run("login", "--email", "ada@example.com");
  expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining("is damaged; remove it") });
  expect(await Bun.file(person.credentialsPath).text()).toBe("{");
});
