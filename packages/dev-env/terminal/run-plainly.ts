import { ConfigError } from "@gigtrail/platform/config";
import { MasterKeyError } from "@gigtrail/platform/crypto/master-key";
import { PlainError } from "../all-in-one/plain-error.ts";

const DISK_FULL = new Set(["ENOSPC", "EDQUOT"]);

/** Runs a command; what the person can mend ends in one sentence on standard error and status 1, the rest in a trace. */
export async function runPlainly(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const sentence = plainSentence(error);
    process.stderr.write(`${sentence ?? traceOf(error)}\n`);
    process.exit(1);
  }
}

function plainSentence(error: unknown): string | undefined {
  if (error instanceof PlainError || error instanceof ConfigError || error instanceof MasterKeyError)
    return error.message;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code === "string" && DISK_FULL.has(code)) return "The disk is full. Free some space and start again.";
  if (error instanceof Error && /no space left/i.test(error.message)) {
    return "The disk is full. Free some space and start again.";
  }
  return undefined;
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
