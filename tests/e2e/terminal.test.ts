import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertPlatform } from "@gigtrail/dev-env/terminal/assert-platform";
import { newKey } from "@gigtrail/platform/crypto/aead";
import { freePort } from "@gigtrail/test-servers/free-port";
import { createTempFolder, type TempFolder } from "@gigtrail/test-servers/temp-folder";
import { reachableTempFolder, unprivilegedUser } from "@gigtrail/test-servers/unprivileged-user";
import { sharedAllInOne } from "./support/all-in-one.ts";
import { chunkOf, newPlace, putMessage } from "./support/chunks.ts";
import { clientsOf } from "./support/clients.ts";
import { personAt } from "./support/machine.ts";
import { BOOT_TIMEOUT_MS, TEST_TIMEOUT_MS } from "./support/modes.ts";
import { PASSWORD, signUp } from "./support/people.ts";
import { type Ended, type Program, run, start } from "./support/program.ts";
import { moves, pageEvents, readEvents } from "./support/sessions.ts";

const START = "packages/dev-env/start.ts";
const DEMO = "packages/dev-env/demo/main.ts";
const READY = /Gigtrail is at (http:\/\/\S+)/;

/** It failed, and said why in one sentence (which may have a second one: what to do) and nothing else. */
function expectPlain(ended: Ended, words: RegExp): void {
  expect(ended.stderr).toMatch(words);
  expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(ended.stderr).not.toMatch(/\.ts\b|\bat </);
  expect(ended.code).toBe(1);
}

setDefaultTimeout(TEST_TIMEOUT_MS);

describe("`bun run start` that cannot start says why in one sentence:", () => {
  let folder: TempFolder;
  beforeAll(() => {
    folder = createTempFolder(reachableTempFolder());
    chmodSync(folder.path, 0o755);
  });
  afterAll(() => folder.remove());

  const startWith = (env: Record<string, string>, ...argv: string[]) =>
    run(START, argv, { env: { PORT: String(freePort()), ...env } });
  const data = (name: string) => ["--data", join(folder.path, name)];

  test("the port is taken", async () => {
    using other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    expectPlain(await startWith({ PORT: String(other.port) }, ...data("port")), /^Port \d+ on 127\.0\.0\.1 is taken/);
  });

  test("the data folder is in use", async () => {
    const first = start(START, data("shared"), { env: { PORT: String(freePort()) } });
    await first.printed(READY);
    expectPlain(await startWith({}, ...data("shared")), /shared is in use by/);
    expect(await first.kill("SIGTERM")).toMatchObject({ code: 0 });
    const next = start(START, data("shared"), { env: { PORT: String(freePort()) } });
    await next.printed(READY);
    expect(await next.kill("SIGINT")).toMatchObject({ code: 0 });
  });

  test("the data folder cannot be made", async () => {
    writeFileSync(join(folder.path, "file"), "");
    expectPlain(await startWith({}, ...data("file/data")), /data folder .* cannot be/);
  });

  test("the data folder cannot be written", async () => {
    const user = unprivilegedUser();
    const readOnly = join(folder.path, "read-only");
    mkdirSync(readOnly, { mode: 0o555 });
    if (user !== undefined) chownSync(readOnly, user.uid, user.gid);
    const env = { PORT: String(freePort()), HOME: folder.path, TMPDIR: "/tmp" };
    expectPlain(await run(START, ["--data", readOnly], { user, env }), /read-only cannot be written/);
    expectPlain(await run(START, ["--data", join(readOnly, "data")], { user, env }), /data cannot be/);
  });

  const small = join(createTempFolder().path, "small");
  mkdirSync(small);
  const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small]).exitCode === 0;
  afterAll(() => void (mounted && Bun.spawnSync(["umount", "-l", small])));
  test.skipIf(!mounted)(
    `the disk is full${mounted ? "" : " (skipped: only root can mount a small disk)"}`,
    async () => {
      expectPlain(await startWith({}, "--data", small), /^The disk is full/);
    },
  );

  test("the embedded database is damaged", async () => {
    mkdirSync(join(folder.path, "damaged"));
    writeFileSync(join(folder.path, "damaged/postgres"), "not a folder");
    expectPlain(await startWith({}, ...data("damaged")), /^The embedded database in .* cannot be opened/);
  });

  test("the PostgreSQL that is named cannot be reached", async () => {
    const env = { DATABASE_URL: `postgres://127.0.0.1:${freePort()}/gigtrail` };
    expectPlain(await startWith(env, ...data("elsewhere")), /^The PostgreSQL of DATABASE_URL cannot be used/);
    expectPlain(await run("packages/dev-env/migrate.ts", [], { env }), /^The PostgreSQL of DATABASE_URL/);
    expectPlain(await run("packages/dev-env/migrate.ts", []), /^Set DATABASE_URL/);
  });

  test("the master key is none, or another than before", async () => {
    expectPlain(await startWith({ MASTER_KEY: "short" }, ...data("key")), /^MASTER_KEY must be/);
    const first = start(START, data("key"), { env: { PORT: String(freePort()) } });
    await first.printed(READY);
    await first.kill("SIGTERM");
    const other = { MASTER_KEY: newKey().toString("base64") };
    expectPlain(await startWith(other, ...data("key")), /made under another MASTER_KEY/);
  });

  test("an option is unknown", async () => {
    expectPlain(await startWith({}, "--dat", "x"), /^Unknown option '--dat'/);
    expectPlain(await startWith({}, "quickly"), /^Unexpected argument 'quickly'/);
  });

  test("the platform is not one that it runs on", () => {
    expect(() => assertPlatform("win32")).toThrow(/^Gigtrail runs on Linux and macOS, not on win32\./);
    expect(() => assertPlatform("linux")).not.toThrow();
  });

  test("a setting is wrong: all mistakes at once, without their values", async () => {
    const { code, stderr } = await startWith(
      { PORT: "eighty", ALLOWED_ORIGINS: "https://evil.example" },
      ...data("settings"),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/2 mistake\(s\)/);
    expect(stderr).not.toMatch(/eighty|evil|\.ts\b/);
  });
});

describe("`gigtrail record-page` without a Chromium", () => {
  test(
    "says so in one sentence",
    async () => {
      const { person } = await personAt(await sharedAllInOne());
      const page = await person.write("page.html", "<!doctype html><title>A job</title>");
      const argv = ["record-page", page, "--url", "https://www.upwork.com/nx/search/jobs/"];
      const env = {
        HOME: person.folder,
        CHROMIUM: "/nowhere/chromium",
        GIGTRAIL_SERVER: person.env["GIGTRAIL_SERVER"] ?? "",
      };
      expectPlain(await run("clients/cli/main.ts", argv, { env }), /^There is no Chromium on this machine/);
      await person.leave();
    },
    BOOT_TIMEOUT_MS,
  );
});

describe("data in a folder", () => {
  test("outlive a kill -9: what was acknowledged is read back after the next start", async () => {
    using folder = createTempFolder(reachableTempFolder());
    const env = { PORT: String(freePort()), REGISTRATION: "open", LOG_LEVEL: "error", TMPDIR: folder.path };
    const begin = async (): Promise<{ program: Program; url: string }> => {
      const program = start(START, ["--data", join(folder.path, "data")], { env });
      const [, url = ""] = await program.printed(READY);
      return { program, url };
    };
    const first = await begin();
    const member = await signUp(first.url);
    const place = newPlace();
    await member.ingest.createSession({ sessionId: place.sessionId });
    const acknowledged: object[] = [];
    const sending = (async () => {
      for (let seq = 0; seq < 10_000; seq += 1) {
        const events = seq === 0 ? pageEvents() : moves(3, Date.now());
        await member.ingest.putChunk(putMessage(place, chunkOf(seq, events)));
        acknowledged.push(...events);
        if (seq === 25) void first.program.kill("SIGKILL");
      }
    })();
    await expect(sending).rejects.toThrow();
    await first.program.ended;
    const again = await begin();
    const { tokens } = await clientsOf(again.url).auth.login({ email: member.email, password: PASSWORD });
    const back = await readEvents(clientsOf(again.url, tokens?.accessToken), place.sessionId);
    // The chunk that was on its way may be there too; what was acknowledged must be.
    expect(acknowledged.length).toBeGreaterThan(75);
    expect(back.slice(0, acknowledged.length)).toEqual(acknowledged);
    await again.program.kill("SIGTERM");
  });
});

describe("`bun run demo`", () => {
  test("plays the samples, prints what they come to, writes files and ends with 0", async () => {
    using folder = createTempFolder();
    const out = join(folder.path, "out");
    const data = join(folder.path, "data");
    const argv = ["--exit", "--out", out, "--data", data];
    const { code, stdout, stderr } = await run(DEMO, argv, { env: { PORT: String(freePort()) } });
    expect({ code, trace: /\.ts:/.test(stderr) }).toEqual({ code: 0, trace: false });
    expect(stdout.match(/^\d+ visits, \d+ jobs, .* active/gm)).toHaveLength(3);
    expect(stdout.match(/^complete, /gm)).toHaveLength(3);
    expect(stdout).toContain("3 uploads were cut and tried again, 3 chunks were sent twice");
    expect(stdout).toContain("the server knew 3 of them again");
    const written = [...stdout.matchAll(/^wrote (\S+) \((\d+) rows, (\d+) bytes\)$/gm)];
    expect(written.map(([, path = ""]) => path.split(".").at(-1)).toSorted()).toEqual([
      "csv",
      "csv",
      "ndjson",
      "ndjson",
    ]);
    for (const [, path = "", rows, bytes] of written) {
      const text = await Bun.file(path).text();
      expect(Bun.file(path).size).toBe(Number(bytes));
      const lines = text.trimEnd().split(/\r?\n/).length;
      expect(path.endsWith(".csv") ? lines - 1 : lines).toBe(Number(rows));
    }
    expectPlain(await run(DEMO, argv, { env: { PORT: String(freePort()) } }), /^This data folder has accounts already/);
  });

  test("that cannot start says why and leaves nothing behind", async () => {
    using folder = createTempFolder();
    using other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const env = { PORT: String(other.port), TMPDIR: folder.path };
    expectPlain(await run(DEMO, ["--exit"], { env }), /^Port \d+ on 127\.0\.0\.1 is taken/);
    expect([...new Bun.Glob("gigtrail-demo-*").scanSync({ cwd: folder.path, onlyFiles: false })]).toEqual([]);
  });
});
