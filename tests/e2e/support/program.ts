import { join } from "node:path";
import { guardProgram, releaseProgram } from "@gigtrail/test-servers/guard";
import type { User } from "@gigtrail/test-servers/unprivileged-user";

const REPOSITORY = join(import.meta.dir, "../../..");
/** What a program is given of this process's environment; the rest could change what it does. */
const PASSED_ON = ["PATH", "HOME", "TMPDIR", "CHROMIUM"];

/** How to run one of the repository's programs. */
export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: User | undefined;
}

/** What a program came to. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs. */
export interface Program {
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): Promise<Ended>;
  /** Resolves with the first match of its standard output. Rejects when it ends without one. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Runs a program of the repository to its end, as a person at the terminal would. */
export function run(file: string, argv: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return start(file, argv, options).ended;
}

/** Starts a program of the repository; it ends with this process at the latest. */
export function start(file: string, argv: readonly string[], { env = {}, user }: ProgramOptions = {}): Program {
  const passedOn = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const child = Bun.spawn([process.execPath, join(REPOSITORY, file), ...argv], {
    env: { ...Object.fromEntries(passedOn), ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    ...user,
  });
  guardProgram(child.pid);
  const out = new Output(child.stdout);
  const ended = Promise.all([out.whole, new Response(child.stderr).text(), child.exited]).then(([stdout, stderr]) => {
    releaseProgram(child.pid);
    return { code: child.exitCode, stdout, stderr };
  });
  return {
    ended,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
    async printed(pattern) {
      const found = await out.find(pattern);
      if (found !== null) return found;
      throw new Error(`it ended without ${pattern}: ${JSON.stringify(await ended)}`);
    },
  };
}

class Output {
  readonly whole: Promise<string>;
  #text = "";
  #ended = false;
  #heard: (() => void)[] = [];

  constructor(stream: ReadableStream<Uint8Array>) {
    this.whole = this.#read(stream);
  }

  async find(pattern: RegExp): Promise<RegExpExecArray | null> {
    for (;;) {
      const found = pattern.exec(this.#text);
      if (found !== null || this.#ended) return found;
      await new Promise<void>((resolve) => this.#heard.push(resolve));
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<string> {
    const decoder = new TextDecoder();
    for await (const part of stream) {
      this.#text += decoder.decode(part, { stream: true });
      for (const tell of this.#heard.splice(0)) tell();
    }
    this.#ended = true;
    for (const tell of this.#heard.splice(0)) tell();
    return this.#text;
  }
}
