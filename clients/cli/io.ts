import type { RetryPolicy } from "@gigtrail/recorder/core/retry";

/** Where a command writes. */
export interface CliOutput {
  /** Someone looks at it: bars and prompts make sense. */
  readonly isTTY: boolean;
  /** Width in characters, where it is known. */
  readonly columns?: number;
  /** Resolves when more may be written. Rejects with OutputClosed when the reader has gone. */
  write(data: string | Uint8Array): Promise<void>;
}

/** Where a command reads what a person types or a pipe brings. */
export interface CliInput {
  /** Someone sits at it. */
  readonly isTTY: boolean;
  /** Everything up to the end. */
  readAll(): Promise<string>;
  /** One line, without its end. */
  readLine(): Promise<string>;
  /** One line that is not shown while it is typed. */
  readSecretLine(): Promise<string>;
}

/** Records a saved page in Chromium as if it stood at `url`; returns its events. */
export type RecordPage = (page: { file: string; url: string }) => Promise<unknown[]>;

/** Everything that a command touches outside of itself, so that tests can run it within their own process. */
export interface CliIo {
  /** Results. */
  stdout: CliOutput;
  /** Progress, questions and failures. */
  stderr: CliOutput;
  /** Answers and passwords. */
  stdin: CliInput;
  /** HOME, XDG_CONFIG_HOME, GIGTRAIL_SERVER, GIGTRAIL_CREDENTIALS, GIGTRAIL_PASSWORD. */
  env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user wants to stop. */
  signal?: AbortSignal;
  /** Replaces the recorder in Chromium. */
  recordPage?: RecordPage;
  /** Replaces parts of the patience with a server that fails. */
  retry?: Partial<RetryPolicy>;
}

/** The reader of our output has gone, as in `gigtrail read … | head`. Nothing is wrong; there is nothing left to do. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}
