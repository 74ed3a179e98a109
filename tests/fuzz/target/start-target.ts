import { join } from "node:path";
import { findPostgresFolder } from "@gigtrail/test-servers/find-program";
import { freePort } from "@gigtrail/test-servers/free-port";
import { guardProgram, releaseProgram } from "@gigtrail/test-servers/guard";
import { sharedPostgres } from "@gigtrail/test-servers/postgres";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { reachableTempFolder } from "@gigtrail/test-servers/unprivileged-user";

const START = join(import.meta.dir, "../../../packages/dev-env/start.ts");
/** What is kept of what the process prints, in characters. */
const KEPT_OUTPUT_CHARS = 20_000;

/** A whole Gigtrail in a process of its own. */
export interface Target {
  readonly url: string;
  readonly pid: number;
  /** Its exit code or signal, once it has ended. */
  ended(): number | string | undefined;
  /** The end of what it printed; it logs errors only. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts an all-in-one: on PostgreSQL where that is installed, otherwise on the embedded database. */
export async function startTarget(): Promise<Target> {
  const folder = createTempFolder(reachableTempFolder());
  const database = findPostgresFolder() === undefined ? {} : { DATABASE_URL: await newDatabase() };
  const port = freePort();
  const child = Bun.spawn([process.execPath, START, "--data", join(folder.path, "data")], {
    env: {
      PATH: process.env["PATH"] ?? "",
      TMPDIR: folder.path,
      ...database,
      PORT: String(port),
      LOG_LEVEL: "error",
      REGISTRATION: "open",
      // Everybody in here has one address; the limit for it is not what is tried.
      ADDRESS_CALLS_PER_MINUTE: "100000000",
      ADDRESS_ANONYMOUS_CALLS_PER_MINUTE: "100000000",
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  guardProgram(child.pid);
  let output = "";
  const ready = Promise.withResolvers<void>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const part of stream) {
      output = (output + decoder.decode(part, { stream: true })).slice(-KEPT_OUTPUT_CHARS);
      if (output.includes("Gigtrail is at")) ready.resolve();
    }
  };
  void read(child.stdout);
  void read(child.stderr);
  void child.exited.then(() => {
    releaseProgram(child.pid);
    ready.reject(new Error(`it ended before it was ready: ${output}`));
  });
  await ready.promise;
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    ended: () => child.signalCode ?? child.exitCode ?? undefined,
    output: () => output,
    async stop() {
      child.kill();
      await child.exited;
      folder.remove();
    },
  };
}

async function newDatabase(): Promise<string> {
  return (await sharedPostgres()).createDatabase();
}
