import { afterEach, beforeEach, expect, test } from "bun:test";
import { OutputClosed } from "../io.ts";
import { FakeGateway } from "./support/fake-gateway.ts";
import { Person } from "./support/cli.ts";
import { recording } from "./support/recording.ts";

const SESSION = "0193a000-0000-7000-8000-000000000001";

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

test("a command line that is wrong ends with 2 and says why", async () => {
  const cases: [string[], string][] = [
    [[], "No command given; `gigtrail help` lists them."],
    [["fly"], "There is no command fly; `gigtrail help` lists them."],
    [["import"], "FILE is missing."],
    [["show", "17"], "17 is no session id; `gigtrail sessions` lists yours."],
    [["show", SESSION, "more"], "more is one word too many."],
    [["sessions", "--limt", "3"], "Unknown option '--limt'."],
    [
      ["sessions", "--server", "localhost:8080"],
      "localhost:8080 is no server address; write it like http://127.0.0.1:8080.",
    ],
    [["export", "--dataset", "jobs", "--format", "csv"], "--dataset must be one of sessions, visits, events."],
    [["export", "--dataset", "visits"], "--format must be one of csv, ndjson."],
    [["login"], "--email is missing."],
  ];
  for (const [argv, sentence] of cases) {
    expect({ argv, ...(await person.run(...argv)) }).toEqual({ argv, code: 2, stdout: "", stderr: `${sentence}\n` });
  }
});

test("help is there for the program and for each command", async () => {
  const { code, stdout } = await person.run("help");
  expect(code).toBe(0);
  const names = [...stdout.matchAll(/^ {2}(\S+)/gm)].map(([, name = ""]) => name);
  expect(names).toContain("import");
  for (const name of names) {
    expect(await person.run(name, "--help")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`Usage: gigtrail ${name}`),
    });
  }
});

test("without a sign-in every command says how to get one", async () => {
  const file = await person.write("monday.json", JSON.stringify(recording(3)));
  const sentence = `You are not signed in at ${gateway.url}; sign in with \`gigtrail login\`.\n`;
  for (const argv of [
    ["sessions"],
    ["show", SESSION],
    ["watch", SESSION],
    ["read", SESSION],
    ["delete", SESSION],
    ["import", file],
  ]) {
    expect({ argv, ...(await person.run(...argv)) }).toEqual({ argv, code: 1, stdout: "", stderr: sentence });
  }
});

test("what is not a Gigtrail server is called that", async () => {
  const other = Bun.serve({
    port: 0,
    fetch: () => new Response("<h1>Welcome</h1>", { headers: { "content-type": "text/html" } }),
  });
  person.env["GIGTRAIL_SERVER"] = `http://127.0.0.1:${other.port}`;
  const { code, stderr } = await person.run("login", "--email", "ada@example.com");
  expect(code).toBe(1);
  expect(stderr).toContain("is not a Gigtrail server");
  expect(stderr.trimEnd()).not.toContain("\n");
  await other.stop(true);
});

test("a reader that has had enough is no failure", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  const file = await person.write("monday.json", JSON.stringify(recording(300)));
  const { stdout } = await person.run("import", file);
  person.with = { stdout: { isTTY: false, write: () => Promise.reject(new OutputClosed()) } };
  expect(await person.run("read", stdout.slice(0, 36))).toMatchObject({ code: 0, stderr: "" });
});

test("a saved page is recorded and uploaded", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  const page = await person.write("job.html", "<title>Job</title>");
  const asked: unknown[] = [];
  person.with = {
    recordPage: (request) => {
      asked.push(request);
      return Promise.resolve(recording(12));
    },
  };
  const url = "https://www.upwork.com/jobs/~021995000000000000001";
  const { code, stdout } = await person.run("record-page", page, "--url", url, "--name", "A job");
  expect(code).toBe(0);
  expect(asked).toEqual([{ file: page, url }]);
  expect(gateway.recordings.eventsOf(stdout.slice(0, 36))).toEqual(recording(12));
  expect((await person.run("sessions")).stdout).toContain("A job");
});

test("a page that is never recorded is not even opened", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  const page = await person.write("login.html", "<title>Log in</title>");
  person.with = { recordPage: () => Promise.reject(new Error("opened")) };
  expect(await person.run("record-page", page, "--url", "https://www.upwork.com/ab/account-security/login")).toEqual({
    code: 1,
    stdout: "",
    stderr: "This page is never recorded (sign-in, tax, payout or settings), so nothing was uploaded.\n",
  });
  expect(gateway.recordings.sessions.size).toBe(0);
});

test("what keeps a page from being recorded is told in one sentence", async () => {
  await person.run("sign-up", "--email", "ada@example.com");
  const page = await person.write("job.html", "<title>Job</title>");
  const url = "https://www.upwork.com/nx/search/jobs/";
  expect((await person.run("record-page", person.path("no.html"), "--url", url)).stderr).toContain("does not exist");
  expect((await person.run("record-page", page)).code).toBe(2);
  person.with = { recordPage: () => Promise.reject(Object.assign(new Error("none"), { reason: "chromium_missing" })) };
  expect((await person.run("record-page", page, "--url", url)).stderr).toBe(
    "There is no Chromium on this machine; install one, or name its path in CHROMIUM.\n",
  );
  person.with = { recordPage: () => Promise.reject(new Error("Target closed\nlog:\n  a\n  b")) };
  expect((await person.run("record-page", page, "--url", url)).stderr).toBe(
    "The page could not be recorded (Target closed).\n",
  );
});
