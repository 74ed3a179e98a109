import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { UsageFailure } from "./failure.ts";

/** Options of every command that talks to a server. */
export const SERVER_OPTIONS = { server: { type: "string" } } as const satisfies ParseArgsOptionsConfig;

/** How many words besides options a command takes. */
export interface PositionalLimits {
  /** What one is called in messages, for example `SESSION`. */
  name: string;
  /** At least. */
  min: number;
  /** At most. */
  max: number;
}

/** Parses a command's own arguments strictly. Throws UsageFailure for whatever it does not know. */
export function parseArguments<Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: Options,
  limits: PositionalLimits = { name: "word", min: 0, max: 0 },
) {
  const { values, positionals } = parse(argv, options);
  if (positionals.length < limits.min) throw new UsageFailure(`${limits.name} is missing.`);
  if (positionals.length > limits.max) throw new UsageFailure(`${positionals[limits.max]} is one word too many.`);
  return { values, positionals };
}

function parse<Options extends ParseArgsOptionsConfig>(argv: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node goes on with advice about `--` that helps nobody here.
    throw new UsageFailure(`${error.message.split(". ")[0]?.replace(/\.$/, "") ?? "The arguments are wrong"}.`);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Checks that a word is a session's id. */
export function requireSessionId(word: string | undefined): string {
  if (word === undefined || !UUID.test(word)) {
    throw new UsageFailure(`${word ?? "SESSION"} is no session id; \`gigtrail sessions\` lists yours.`);
  }
  return word.toLowerCase();
}

/** Checks that a word is one of a few. */
export function requireChoice<Choice extends string>(
  option: string,
  word: string | undefined,
  choices: Readonly<Record<Choice, unknown>>,
): Choice {
  for (const choice in choices) if (choice === word) return choice;
  throw new UsageFailure(`${option} must be one of ${Object.keys(choices).join(", ")}.`);
}
