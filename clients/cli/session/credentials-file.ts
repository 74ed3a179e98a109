import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CliFailure } from "../failure.ts";
import { type Credentials, credentialsSchema, NO_CREDENTIALS } from "./credentials.ts";
import { withFileLock } from "./file-lock.ts";

/** For the owner alone. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** The file with the sign-ins: readable by its owner alone, replaced whole or not at all. */
export class CredentialsFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** What it holds; nothing if there is no file yet. */
  async read(): Promise<Credentials> {
    let text: string;
    try {
      text = await readFile(this.#path, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return NO_CREDENTIALS;
      throw new CliFailure(`${this.#path} cannot be read; check who owns it.`, { cause: error });
    }
    const parsed = credentialsSchema.safeParse(parseJson(text));
    if (!parsed.success)
      throw new CliFailure(`${this.#path} is damaged; remove it and sign in with \`gigtrail login\`.`);
    return parsed.data;
  }

  /**
   * Replaces what it holds by what `change` makes of it. No other process changes it meanwhile: a refresh token that
   * two of them spent would end the sign-in for both.
   */
  async update(
    change: (held: Credentials) => Promise<Credentials> | Credentials,
    signal?: AbortSignal,
  ): Promise<Credentials> {
    const folder = dirname(this.#path);
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE }).catch((cause: unknown) => {
      throw new CliFailure(`The folder ${folder} cannot be made; set GIGTRAIL_CREDENTIALS to another place.`, {
        cause,
      });
    });
    return withFileLock(
      `${this.#path}.lock`,
      async () => {
        const next = await change(await this.read());
        await this.#replace(JSON.stringify(next, null, 2));
        return next;
      },
      signal,
    );
  }

  async #replace(text: string): Promise<void> {
    const draft = `${this.#path}.${process.pid}.tmp`;
    try {
      await rm(draft, { force: true });
      const handle = await open(draft, "wx", FILE_MODE);
      try {
        await handle.writeFile(text);
        // A file that is renamed before its bytes are out can come back empty after a power cut.
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, this.#path);
    } catch (error) {
      await rm(draft, { force: true });
      throw new CliFailure(`${this.#path} cannot be written; check the disk and who owns the folder.`, {
        cause: error,
      });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
