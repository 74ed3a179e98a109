import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliFailure } from "../../failure.ts";
import type { CliInput, CliIo, CliOutput } from "../../io.ts";
import { runCli } from "../../run.ts";

/** What a command line came to. */
export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** One person's machine: a folder of their own and what they type. */
export class Person {
  readonly folder: string;
  readonly env: Record<string, string | undefined>;
  /** Lines that are typed, in order; undefined: nobody sits there. */
  typed: string[] | undefined;
  /** What is piped in. */
  piped = "";
  /** Someone looks at standard error. */
  hasTerminal = false;
  /** Replaces parts of the environment. */
  with: Partial<CliIo> = {};

  private constructor(folder: string, server: string) {
    this.folder = folder;
    this.env = { HOME: folder, GIGTRAIL_SERVER: server, GIGTRAIL_PASSWORD: "correct horse battery" };
  }

  static async at(server: string): Promise<Person> {
    return new Person(await mkdtemp(join(tmpdir(), "gigtrail-cli-")), server);
  }

  async leave(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  get credentialsPath(): string {
    return join(this.folder, ".config/gigtrail/credentials.json");
  }

  /** A file in the person's folder. */
  path(name: string): string {
    return join(this.folder, name);
  }

  async write(name: string, content: string | Uint8Array): Promise<string> {
    await Bun.write(this.path(name), content);
    return this.path(name);
  }

  /** Types a command line. */
  async run(...argv: string[]): Promise<CliResult> {
    const stdout = new Captured(false);
    const stderr = new Captured(this.hasTerminal);
    const io = { stdout, stderr, stdin: this.#input(), env: this.env, retry: { sleep: () => Promise.resolve() } };
    const code = await runCli(argv, { ...io, ...this.with });
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  #input(): CliInput {
    const readLine = (): Promise<string> => {
      const line = this.typed?.shift();
      return line === undefined ? Promise.reject(new CliFailure("nothing typed")) : Promise.resolve(line);
    };
    return {
      isTTY: this.typed !== undefined,
      readAll: () => Promise.resolve(this.piped),
      readLine,
      readSecretLine: readLine,
    };
  }
}

class Captured implements CliOutput {
  readonly isTTY: boolean;
  readonly columns = 100;
  readonly #decoder = new TextDecoder();
  text = "";

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  async write(data: string | Uint8Array): Promise<void> {
    this.text += typeof data === "string" ? data : this.#decoder.decode(data, { stream: true });
    await Promise.resolve();
  }
}
