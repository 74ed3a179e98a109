import { describe, expect, test } from "bun:test";
import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { requirement } from "@gigtrail/test-servers/requirement";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { reachableTempFolder } from "@gigtrail/test-servers/unprivileged-user";

const MAIN = join(import.meta.dir, "../main.ts");

test("a bench that does not exist, or for no time, is answered with the names of those that do", async () => {
  for (const words of [["ingets"], [], ["soak", "--minutes", "soon"]]) {
    const running = Bun.spawn([process.execPath, MAIN, ...words], { stdout: "pipe", stderr: "pipe" });
    expect(await new Response(running.stderr).text()).toContain("ingest|mix|distributed");
    expect(await running.exited).toBe(2);
  }
});

const needs = requirement.all(requirement("own postgresql"), requirement.folder("rrweb/events.json"));
describe.skipIf(needs.skip || process.platform !== "linux")(needs.title("a bench"), () => {
  test(
    "prints a row for each side and leaves nothing behind",
    async () => {
      using folder = createReachableFolder();
      const running = startBench(["ingest", "--quick", "--json"], folder.path);
      const lines = (await new Response(running.stdout).text()).trim().split("\n");
      expect(await running.exited).toBe(0);
      const rows: Record<string, unknown>[] = lines.map((line) => JSON.parse(line));
      expect(rows.map(({ side }) => side)).toEqual(
        expect.arrayContaining(["gigtrail, raw body", "gigtrail, Connect JSON", "express on bun"]),
      );
      for (const row of rows) expect(row["chunks_per_s"]).toBeGreaterThan(0);
      await eventually(() => expect(leftBehind(folder.path)).toEqual([]));
    },
    START_TIMEOUT_MS,
  );

  test(
    "leaves nothing behind when it is ended in the middle",
    async () => {
      using folder = createReachableFolder();
      const running = startBench(["ingest"], folder.path);
      await eventually(() => expect(processesOf(folder.path).join("\n")).toContain("server.mjs"), START_TIMEOUT_MS);
      running.kill("SIGINT");
      expect(await running.exited).not.toBe(0);
      await eventually(() => expect(leftBehind(folder.path)).toEqual([]));
    },
    START_TIMEOUT_MS,
  );
});

/** A folder for all temporary files of a bench, PostgreSQL's too, which may run as another user. */
function createReachableFolder() {
  const folder = createTempFolder(reachableTempFolder());
  chmodSync(folder.path, 0o755);
  return folder;
}

function startBench(words: readonly string[], folder: string) {
  const env = { ...process.env, TMPDIR: folder };
  return Bun.spawn([process.execPath, MAIN, ...words], { env, stdout: "pipe", stderr: "inherit" });
}

function leftBehind(folder: string): string[] {
  return [...processesOf(folder), ...readdirSync(folder)];
}

/** Command lines of the processes that were told to use a folder. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((line) => line.includes(folder));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
