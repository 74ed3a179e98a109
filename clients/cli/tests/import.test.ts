import { afterEach, beforeEach, expect, test } from "bun:test";
import { Code } from "@connectrpc/connect";
import { FakeGateway } from "./support/fake-gateway.ts";
import { Person } from "./support/cli.ts";
import { recording } from "./support/recording.ts";
import { refuse } from "./support/refuse.ts";

let gateway: FakeGateway;
let person: Person;
beforeEach(async () => {
  gateway = await FakeGateway.start();
  person = await Person.at(gateway.url);
  await person.run("sign-up", "--email", "ada@example.com");
});
afterEach(async () => {
  await person.leave();
  await gateway.stop();
});

const idOf = (stdout: string): string => stdout.slice(0, 36);

test("a recording arrives whole as a session of its own", async () => {
  const events = recording(1_234);
  const file = await person.write("monday.json", JSON.stringify(events));
  const { code, stdout } = await person.run("import", file);
  expect(code).toBe(0);
  expect(stdout).toBe(`${idOf(stdout)}  monday.json  1,234 events\n`);
  expect(gateway.recordings.eventsOf(idOf(stdout))).toEqual(events);
  expect(gateway.recordings.sessions.get(idOf(stdout))?.name).toBe("monday");
  expect((await person.run("sessions")).stdout).toContain("complete");
});

test("JSON lines, gzip and arrays laid out for reading are the same recording", async () => {
  const events = recording(150);
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  const contents = {
    "a.json": JSON.stringify(events),
    "b.json": `\ufeff ${JSON.stringify(events, null, 2)}\r\n`,
    "c.ndjson": lines,
    "d.ndjson": lines.replaceAll("\n", "\r\n\r\n"),
    "e.json.gz": Bun.gzipSync(JSON.stringify(events)),
    "f.bin": Buffer.concat([Bun.gzipSync(lines.slice(0, 999)), Bun.gzipSync(lines.slice(999))]),
  };
  for (const [name, content] of Object.entries(contents)) {
    const { code, stdout } = await person.run("import", "--again", await person.write(name, content));
    expect({ name, code }).toEqual({ name, code: 0 });
    expect(gateway.recordings.eventsOf(idOf(stdout))).toEqual(events);
  }
  expect(gateway.recordings.sessions.size).toBe(6);
});

test("numbers that JavaScript cannot hold arrive as they are in the file", async () => {
  const text = '{"type":3,"timestamp":1,"data":{"uid":1995000000000000000123}}';
  await person.run("import", await person.write("ids.ndjson", text));
  const [session] = gateway.recordings.sessions.values();
  const [chunks] = session?.tabs.values() ?? [];
  expect(chunks?.get(0)?.json).toBe(`[${text}]`);
});

test("several files are several sessions", async () => {
  const one = await person.write("one.json", JSON.stringify(recording(3)));
  const two = await person.write("two.json", JSON.stringify(recording(4)));
  const { stdout } = await person.run("import", one, two, "--name", "May");
  expect(stdout.trim().split("\n")).toHaveLength(2);
  expect([...gateway.recordings.sessions.values()].map(({ name }) => name)).toEqual(["May: one", "May: two"]);
});

test("an import that breaks off is taken up where it was by the same command", async () => {
  const events = recording(2_000);
  const file = await person.write("long.json", JSON.stringify(events));
  gateway.fault = (seq) => (seq === 9 ? refuse(Code.ResourceExhausted, "storage_full") : undefined);
  const first = await person.run("import", file);
  expect(first).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("The server's disk is full;") });
  const [sessionId = ""] = gateway.recordings.sessions.keys();
  const before = new Set(
    [...(gateway.recordings.sessions.get(sessionId)?.tabs.values() ?? [])].flatMap((tab) => [...tab.keys()]),
  );
  expect(before.size).toBeGreaterThan(4);

  gateway.fault = () => undefined;
  gateway.chunkCalls.length = 0;
  const second = await person.run("import", file);
  expect(second.code).toBe(0);
  expect(idOf(second.stdout)).toBe(sessionId);
  expect(gateway.recordings.eventsOf(sessionId)).toEqual(events);
  expect(gateway.recordings.sessions.size).toBe(1);
  const resent = gateway.chunkCalls.map((call) => Number(call.split("/")[1]));
  expect(resent.filter((seq) => seq < 8)).toBeEmpty();
});

test("an import that the user stops can be taken up too", async () => {
  const events = recording(2_000);
  const file = await person.write("long.json", JSON.stringify(events));
  const stop = new AbortController();
  person.with = { signal: stop.signal };
  gateway.fault = (seq) => {
    if (seq === 6) stop.abort();
    return undefined;
  };
  expect(await person.run("import", file)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Stopped; run the same command again to go on."),
  });
  person.with = {};
  const { stdout } = await person.run("import", file);
  expect(gateway.recordings.eventsOf(idOf(stdout))).toEqual(events);
  expect(gateway.recordings.sessions.size).toBe(1);
});

test("cut lines, lost answers and a busy server cost nothing and double nothing", async () => {
  const events = recording(1_500);
  const file = await person.write("rough.json", JSON.stringify(events));
  gateway.fault = (seq, earlier) => {
    if (earlier > 1) return undefined;
    const faults = [undefined, "cut", "lose_answer", refuse(Code.ResourceExhausted, "server_busy", 2_000)] as const;
    return faults[(seq + earlier) % faults.length];
  };
  const { code, stdout, stderr } = await person.run("import", file);
  expect(code).toBe(0);
  expect(gateway.recordings.eventsOf(idOf(stdout))).toEqual(events);
  expect(stderr).toContain("the server does not answer; trying again in");
  expect(stderr).toContain("the server says server_busy; trying again in");
});

test("tokens that end during an upload are exchanged", async () => {
  const file = await person.write("long.json", JSON.stringify(recording(1_000)));
  gateway.fault = (seq, earlier) => {
    if (seq % 4 === 2 && earlier === 0) gateway.accounts.endAccessTokens();
    return undefined;
  };
  const { code, stdout } = await person.run("import", file);
  expect(code).toBe(0);
  expect(gateway.recordings.eventsOf(idOf(stdout))).toHaveLength(1_000);
  expect(gateway.accounts.reused).toBe(0);
});

test("importing again what is there adds nothing, unless asked to", async () => {
  const file = await person.write("monday.json", JSON.stringify(recording(10)));
  const first = await person.run("import", file);
  const second = await person.run("import", file);
  expect(second.stdout).toBe(first.stdout.replace("\n", " (was there before)\n"));
  const third = await person.run("import", "--again", file);
  expect(idOf(third.stdout)).not.toBe(idOf(first.stdout));
  expect(gateway.recordings.sessions.size).toBe(2);
});

test("a recording that was deleted can be imported anew, under another id", async () => {
  const file = await person.write("monday.json", JSON.stringify(recording(10)));
  const first = await person.run("import", file);
  expect(await person.run("delete", idOf(first.stdout))).toMatchObject({ code: 0 });
  const second = await person.run("import", file);
  expect(second.code).toBe(0);
  expect(idOf(second.stdout)).not.toBe(idOf(first.stdout));
  expect([...gateway.recordings.sessions.keys()]).toEqual([idOf(second.stdout)]);
});

test("a bar is drawn for someone who looks, lines are written for a log", async () => {
  const file = await person.write("long.json", JSON.stringify(recording(800)));
  const log = await person.run("import", file);
  expect(log.stderr).not.toContain("\r");
  expect(log.stderr).toContain("long.json: 100 % 800 of 800 events");
  person.hasTerminal = true;
  const screen = await person.run("import", "--again", file);
  expect(screen.stderr).toContain("\rlong.json [");
  expect(screen.stderr).toEndWith("\r\u001b[K");
});

test("nothing is sent of files that are not recordings, and one sentence says why", async () => {
  const good = await person.write("good.json", JSON.stringify(recording(3)));
  const cases: Record<string, [string | Uint8Array, string]> = {
    "empty.json": ["", "it holds no events"],
    "none.json": ["[]", "it holds no events"],
    "text.json": ["hello", "it is neither a JSON array nor JSON lines"],
    "numbers.json": ["[1,2]", "what follows event 0 is not an event"],
    "broken.json": ['[{"type":3,"timestamp":1},{"type":]}]', "event 2 is not valid JSON"],
    "cut.json": ['[{"type":3,"timestamp":1},{"ty', "it ends in the middle of event 2"],
    "open.json": ['[{"type":3,"timestamp":1}', "it ends after event 1 without the closing bracket"],
    "commas.json": ['[{"type":3,"timestamp":1},]', "what follows event 1 is not an event"],
    "other.ndjson": ['{"name":"x"}', "event 1 has no numeric type and timestamp"],
    "latin1.json": [Buffer.from('{"type":3,"timestamp":1,"a":"\xe9"}', "latin1"), "event 1 is not UTF-8"],
  };
  for (const [name, [content, why]] of Object.entries(cases)) {
    const path = await person.write(name, content);
    expect(await person.run("import", good, path)).toEqual({
      code: 1,
      stdout: "",
      stderr: `${path} is not a recording: ${why}; pass rrweb events as a JSON array or as JSON lines, plain or gzip.\n`,
    });
  }
  const whole = Bun.gzipSync(JSON.stringify(recording(300)));
  const half = await person.write("half.json.gz", whole.slice(0, whole.length / 2));
  expect((await person.run("import", half)).stderr).toBe(`${half} is not whole gzip; copy it again.\n`);
  const missing = person.path("missing.json");
  expect((await person.run("import", missing)).stderr).toBe(`${missing} does not exist; check its name.\n`);
  expect((await person.run("import", person.folder)).stderr).toBe(
    `${person.folder} is a folder; name the files in it.\n`,
  );
  expect(gateway.recordings.sessions.size).toBe(0);
});

test("a server that is not there is named", async () => {
  const file = await person.write("monday.json", JSON.stringify(recording(3)));
  await gateway.stop();
  expect(await person.run("import", file)).toMatchObject({
    code: 1,
    stderr: `No server answers at ${person.env["GIGTRAIL_SERVER"]}; start it with \`bun run start\`, or name another with --server.\n`,
  });
  gateway = await FakeGateway.start();
});
