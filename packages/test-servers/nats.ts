import { rmSync } from "node:fs";
import { join } from "node:path";
import { findNatsServer } from "./find-program.ts";
import { freePort } from "./free-port.ts";
import { ServerProgram } from "./server-program.ts";
import { createTempFolder } from "./temp-folder.ts";

/** A nats-server with JetStream, for tests. */
export interface NatsAddress {
  readonly url: string;
}

/** A nats-server of a test's own, which it may kill. */
export interface NatsServer extends NatsAddress {
  /** Ends it at once, and waits for that. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and store. */
  start(): Promise<void>;
  /** Forgets all that JetStream keeps; only while it is not running. */
  emptyStore(): void;
  /** Ends it and removes its store. Safe to call twice. */
  stop(): Promise<void>;
}

let shared: Promise<NatsAddress> | undefined;

/** The nats-server of all tests of this process: the one at NATS_URL, otherwise one that ends with the process. */
export function sharedNats(): Promise<NatsAddress> {
  const url = process.env["NATS_URL"];
  return (shared ??= url ? Promise.resolve({ url }) : startNats());
}

/** Starts a nats-server with JetStream on a free port of 127.0.0.1, with a store in a temporary folder. */
export async function startNats(): Promise<NatsServer> {
  const path = findNatsServer();
  if (path === undefined) throw new Error("nats-server was not found on PATH");
  const folder = createTempFolder();
  const store = join(folder.path, "store");
  const port = freePort();
  const program = new ServerProgram({
    command: [path, "--addr", "127.0.0.1", "--port", String(port), "--jetstream", "--store_dir", store],
    logFile: join(folder.path, "log"),
    probe: () => probeNats(port),
  });
  await program.start();
  return {
    url: `nats://127.0.0.1:${port}`,
    kill: (signal = "SIGKILL") => program.kill(signal),
    start: () => program.start(),
    emptyStore: () => rmSync(store, { recursive: true, force: true }),
    async stop() {
      await program.kill("SIGKILL");
      folder.remove();
    },
  };
}

/** A server greets with `INFO {…}`, which says whether JetStream is on. */
async function probeNats(port: number): Promise<void> {
  const greeting = Promise.withResolvers<string>();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data: (_socket, data) => greeting.resolve(data.toString()),
      close: () => greeting.reject(new Error("closed")),
    },
  });
  try {
    if (!(await greeting.promise).includes('"jetstream":true')) throw new Error("JetStream is not on");
  } finally {
    socket.end();
  }
}
