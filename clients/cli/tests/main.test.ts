import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { FakeGateway } from "./support/fake-gateway.ts";
import { Person } from "./support/cli.ts";
import { recording } from "./support/recording.ts";

const MAIN = join(import.meta.dir, "../main.ts");

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

/** Runs the program as a process of its own. */
function start(...argv: string[]) {
  const env = { ...person.env, PATH: process.env["PATH"] };
  return Bun.spawn([process.execPath, MAIN, ...argv], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
}

test("an import that is killed outright is taken up by the same command, and nothing is doubled", async () => {
  const events = recording(3_000);
  const file = await person.write("long.json", JSON.stringify(events));
  expect(await start("sign-up", "--email", "ada@example.com").exited).toBe(0);

  const victim = start("import", file);
  gateway.fault = (seq) => {
    if (seq === 12) victim.kill("SIGKILL");
    return undefined;
  };
  await victim.exited;
  expect(victim.signalCode).toBe("SIGKILL");
  gateway.fault = () => undefined;

  const second = start("import", file);
  const [sessionId = ""] = (await new Response(second.stdout).text()).split(" ");
  expect(await second.exited).toBe(0);
  expect(gateway.recordings.eventsOf(sessionId)).toEqual(events);
  expect(gateway.recordings.sessions.size).toBe(1);
});

test("an import that is interrupted says how to go on", async () => {
  const file = await person.write("long.json", JSON.stringify(recording(3_000)));
  await person.run("sign-up", "--email", "ada@example.com");
  const stopped = start("import", file);
  gateway.fault = (seq) => {
    if (seq === 12) stopped.kill("SIGINT");
    return undefined;
  };
  expect(await new Response(stopped.stderr).text()).toContain("Stopped; run the same command again to go on.\n");
  expect(await stopped.exited).toBe(1);
});

test("what is read can be cut off by the next program in the pipe", async () => {
  const file = await person.write("long.json", JSON.stringify(recording(3_000)));
  await person.run("sign-up", "--email", "ada@example.com");
  const [sessionId = ""] = (await person.run("import", file)).stdout.split(" ");
  const reader = start("read", sessionId);
  const head = reader.stdout.getReader();
  await head.read();
  await head.cancel();
  expect(await reader.exited).toBe(0);
  expect(await new Response(reader.stderr).text()).toBe("");
});
