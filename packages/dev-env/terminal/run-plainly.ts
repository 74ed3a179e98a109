import { PlainError } from "@gigtrail/platform/plain-error";

const DISK_FULL = new Set(["ENOSPC", "EDQUOT"]);
/** What Node says of a server that cannot be reached, and PostgreSQL (SQLSTATE) of one that does not let us in. */
const NO_DATABASE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  "28000",
  "28P01",
  "3D000",
  "42501",
]);

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
  if (error instanceof PlainError) return error.message;
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  if (DISK_FULL.has(code) || /no space left/i.test(error.message)) {
    return "The disk is full. Free some space and start again.";
  }
  if (code.startsWith("ERR_PARSE_ARGS")) return `${error.message.split(". ")[0]}. The options are in README.md.`;
  if (NO_DATABASE.has(code) && process.env["DATABASE_URL"]) {
    return `The PostgreSQL of DATABASE_URL cannot be used (${error.message}). Check the address, and that it runs.`;
  }
  return undefined;
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
