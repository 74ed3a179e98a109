/** Runs in a Worker of pglite.ts: holds the embedded database and serves it on a Unix socket. */
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

/** Pools of four services, each with a few connections; they take turns on the one session. */
const MAX_SOCKETS = 64;

declare const self: Worker;

/** What the Worker is told. */
export type PgliteCommand = { start: { dataFolder: string; socketPath: string } } | { stop: true };
/** What the Worker answers. */
export type PgliteReport = { ready: true } | { stopped: true } | { failed: string };

let server: PGLiteSocketServer | undefined;
let db: PGlite | undefined;

self.onmessage = (event: MessageEvent<PgliteCommand>) => {
  handle(event.data).then(report, (error: unknown) => report({ failed: describe(error) }));
};

async function handle(command: PgliteCommand): Promise<PgliteReport> {
  if ("start" in command) {
    db = await PGlite.create({ dataDir: command.start.dataFolder });
    server = new PGLiteSocketServer({ db, path: command.start.socketPath, maxConnections: MAX_SOCKETS });
    await server.start();
    return { ready: true };
  }
  await server?.stop();
  await db?.close();
  return { stopped: true };
}

/** WASI's number for a full disk; what Emscripten throws is no Error and has neither message nor code. */
const NO_SPACE = 51;

function describe(error: unknown): string {
  if (error instanceof Error) return error.message;
  const errno = typeof error === "object" && error !== null && "errno" in error ? error.errno : error;
  return errno === NO_SPACE ? "no space left on the device" : `file error ${String(errno)}`;
}

function report(message: PgliteReport): void {
  self.postMessage(message);
}
