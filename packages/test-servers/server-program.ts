import { closeSync, openSync, readFileSync } from "node:fs";
import { guardProgram, releaseProgram } from "./guard.ts";

/** How long a server may take to start on a busy machine, in milliseconds; give it to beforeAll. */
export const START_TIMEOUT_MS = 60_000;
/** How long a server may take to end before it is killed, in milliseconds. */
const STOP_TIMEOUT_MS = 5_000;
const POLL_MS = 20;
/** A program that ends at once is started again after this: a killed one may still hold its port or its memory. */
const RESTART_MS = 200;
/** Starts that end at once before the server is given up. */
const MAX_STARTS = 25;
/** What of the log an error quotes, in characters. */
const LOG_TAIL_CHARS = 2_000;

/** How to run a server. */
export interface ProgramOptions {
  command: string[];
  /** File that its output is appended to; quoted when it does not start. */
  logFile: string;
  /** Runs as this user instead of the current one. */
  user?: { uid: number; gid: number } | undefined;
  /** Throws until the server can be used. */
  probe(): Promise<void>;
}

/** A server program that can be killed and started again. */
export class ServerProgram {
  #process: Bun.Subprocess | undefined;

  constructor(private readonly options: ProgramOptions) {}

  /** Starts it and waits until it can be used. */
  async start(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (let starts = 1; ; starts += 1) {
      const running = this.#spawn();
      if (await this.#becomesReady(running, deadline)) return;
      if (running.exitCode === null && running.signalCode === null) break;
      if (starts === MAX_STARTS || Date.now() > deadline) break;
      await Bun.sleep(RESTART_MS);
    }
    await this.kill("SIGKILL");
    throw new Error(`${this.options.command[0]} did not start:\n${this.#logTail()}`);
  }

  /** Sends a signal and waits until the program has ended; SIGKILL follows after five seconds. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    const killing = setTimeout(() => running.kill("SIGKILL"), STOP_TIMEOUT_MS);
    running.kill(signal);
    await running.exited;
    clearTimeout(killing);
  }

  #spawn(): Bun.Subprocess {
    const log = openSync(this.options.logFile, "a");
    try {
      const running = Bun.spawn(this.options.command, {
        stdin: "ignore",
        stdout: log,
        stderr: log,
        detached: true,
        ...this.options.user,
      });
      running.unref();
      guardProgram(running.pid);
      this.#process = running;
      void running.exited.then(() => {
        releaseProgram(running.pid);
        if (this.#process === running) this.#process = undefined;
      });
      return running;
    } finally {
      closeSync(log);
    }
  }

  async #becomesReady(running: Bun.Subprocess, deadline: number): Promise<boolean> {
    while (Date.now() < deadline && running.exitCode === null && running.signalCode === null) {
      try {
        await this.options.probe();
        return true;
      } catch {
        await Bun.sleep(POLL_MS);
      }
    }
    return false;
  }

  #logTail(): string {
    return readFileSync(this.options.logFile, "utf8").slice(-LOG_TAIL_CHARS);
  }
}
