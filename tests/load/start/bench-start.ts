import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@gigtrail/test-servers/free-port";
import { type Figures, median, rounded } from "../measure/figures.ts";
import { residentBytes } from "../measure/process-usage.ts";

const START = join(import.meta.dir, "../../../packages/dev-env/start.ts");
/** Starts on a folder that has been used before. */
const LATER_STARTS = 5;
/** How long after being ready the memory of an idle process is read, in milliseconds. */
const IDLE_MS = 5_000;
const MEGABYTE = 1024 * 1024;

/** How long an all-in-one with the embedded database takes until it is ready, and what it takes when idle. */
export async function* benchStart(): AsyncGenerator<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "gigtrail-bench-"));
  try {
    const first = await startOnce(folder);
    const later: Started[] = [];
    for (let round = 0; round < LATER_STARTS; round += 1) later.push(await startOnce(folder));
    yield {
      bench: "start",
      first_ready_ms: rounded(first.readyMs),
      later_ready_ms: rounded(median(later.map((start) => start.readyMs))),
      idle_rss_mb: rounded(median(later.map((start) => start.idleBytes)) / MEGABYTE),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Started {
  readyMs: number;
  idleBytes: number;
}

async function startOnce(folder: string): Promise<Started> {
  const port = freePort();
  const startedMs = performance.now();
  const running = Bun.spawn([process.execPath, START, "--data", folder], {
    env: { PATH: process.env["PATH"] ?? "", PORT: String(port), LOG_LEVEL: "error" },
    stdout: "ignore",
    stderr: "inherit",
  });
  while (!(await isReady(port))) {
    if (running.exitCode !== null) throw new Error(`start ended with status ${running.exitCode}`);
    await Bun.sleep(10);
  }
  const readyMs = performance.now() - startedMs;
  await Bun.sleep(IDLE_MS);
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
