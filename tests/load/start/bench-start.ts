import { join } from "node:path";
import { freePort } from "@gigtrail/test-servers/free-port";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { reachableTempFolder } from "@gigtrail/test-servers/unprivileged-user";
import type { BenchOptions } from "../measure/bench-options.ts";
import { type Figures, MEGABYTE, median, rounded } from "../measure/figures.ts";
import { residentBytes } from "../measure/process-usage.ts";
import { guardSubprocess } from "../measure/start-program.ts";

const START = join(import.meta.dir, "../../../packages/dev-env/start.ts");
/** Starts on a folder that has been used before, and how long after being ready the memory of an idle process is read. */
const WHOLE = { laterStarts: 5, idleMs: 5_000 };
const QUICK = { laterStarts: 1, idleMs: 100 };

/** How long an all-in-one with the embedded database takes until it is ready, and what it takes when idle. */
export async function* benchStart({ quick }: BenchOptions): AsyncGenerator<Figures> {
  const { laterStarts, idleMs } = quick ? QUICK : WHOLE;
  // A socket's path is short; the folder for temporary files may not be.
  using folder = createTempFolder(reachableTempFolder());
  const first = await startOnce(folder.path, idleMs);
  const later: Started[] = [];
  for (let round = 0; round < laterStarts; round += 1) later.push(await startOnce(folder.path, idleMs));
  yield {
    bench: "start",
    first_ready_ms: rounded(first.readyMs),
    later_ready_ms: rounded(median(later.map((start) => start.readyMs))),
    idle_rss_mb: rounded(median(later.map((start) => start.idleBytes)) / MEGABYTE),
  };
}

interface Started {
  readyMs: number;
  idleBytes: number;
}

async function startOnce(folder: string, idleMs: number): Promise<Started> {
  const port = freePort();
  const startedMs = performance.now();
  const running = Bun.spawn([process.execPath, START, "--data", folder], {
    env: { PATH: process.env["PATH"] ?? "", PORT: String(port), LOG_LEVEL: "error" },
    stdout: "ignore",
    stderr: "inherit",
  });
  guardSubprocess(running);
  while (!(await isReady(port))) {
    if (running.exitCode !== null) throw new Error(`start ended with status ${running.exitCode}`);
    await Bun.sleep(10);
  }
  const readyMs = performance.now() - startedMs;
  await Bun.sleep(idleMs);
  const idleBytes = residentBytes(running.pid);
  running.kill();
  await running.exited;
  return { readyMs, idleBytes };
}

function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz/ready`).then(
    (response) => response.ok,
    () => false,
  );
}
