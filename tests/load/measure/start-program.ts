import { guardProgram, releaseProgram } from "@gigtrail/test-servers/guard";

/** A program that runs. */
export interface StartedProgram {
  readonly pid: number;
  /** The first line that it printed. */
  readonly firstLine: string;
  /** Asks it to end, and waits for that. */
  stop(): Promise<void>;
}

/** Has a program killed with this process, however that ends. */
export function guardSubprocess(program: Bun.Subprocess): void {
  guardProgram(program.pid);
  void program.exited.then(() => releaseProgram(program.pid));
}

/** Starts a server program (a command line) and waits for the first line that it prints. */
export async function startProgram(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<StartedProgram> {
  const started = Bun.spawn([...command], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdout: "pipe",
    stderr: "inherit",
  });
  guardSubprocess(started);
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
  return {
    pid: started.pid,
    firstLine: await firstLine.promise,
    async stop() {
      started.kill();
      await started.exited;
    },
  };
}
