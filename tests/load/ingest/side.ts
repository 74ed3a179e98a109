import type { Batch } from "./batches.ts";

/** A server under test, in a process of its own. */
export interface Side {
  readonly name: string;
  readonly pid: number;
  /** Opens what a new uploader needs; gives the function that sends one chunk and waits for its acknowledgement. */
  uploader(): Promise<(seq: number, batch: Batch) => Promise<void>>;
  stop(): Promise<void>;
}

/** Throws when a chunk was not stored: a bench of refusals would look very fast. */
export async function requireOk(response: Response): Promise<void> {
  const text = await response.text();
  if (!response.ok) throw new Error(`a chunk was refused: ${response.status} ${text}`);
}

/** Starts a server program (a command line) and gives the first line that it prints. */
export async function startProgram(
  command: readonly string[],
  env: Record<string, string>,
): Promise<{ process: Bun.Subprocess; firstLine: string }> {
  const started = Bun.spawn([...command], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdout: "pipe",
    stderr: "inherit",
  });
  const firstLine = Promise.withResolvers<string>();
  // Read to the end: a program that writes more into a closed pipe would end.
  void (async () => {
    let text = "";
    for await (const part of started.stdout) {
      text += new TextDecoder().decode(part);
      if (text.includes("\n")) firstLine.resolve(text.slice(0, text.indexOf("\n")));
    }
    firstLine.reject(new Error(`${command.join(" ")} ended before it was ready`));
  })();
  return { process: started, firstLine: await firstLine.promise };
}
