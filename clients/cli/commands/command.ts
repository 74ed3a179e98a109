import type { CliIo } from "../io.ts";

/** One command of the program. */
export interface Command {
  /** What it takes, as shown in the help: `import FILE…`. */
  usage: string;
  /** What it does, in one line. */
  summary: string;
  /** Its options, one a line; empty where it has none of its own. */
  options: readonly string[];
  /** Carries it out. Throws UsageFailure and CliFailure. */
  run(argv: readonly string[], io: CliIo): Promise<void>;
}
