import pino, { type Logger } from "pino";

/** Structured log of one service. Only ids, counts, durations, codes and reasons go into it: never payloads. */
export type Log = Logger;

/** How much is logged: pino's levels. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** The fields that a log line may have; anything else that is passed in by mistake is left out. */
const ALLOWED_FIELDS: ReadonlySet<string> = new Set([
  "address",
  "attempt",
  "attempts",
  "blobs",
  "bus",
  "bytes",
  "code",
  "count",
  "data_folder",
  "database",
  "duration_ms",
  "error",
  "generation",
  "job_id",
  "kind",
  "limit",
  "method",
  "name",
  "path",
  "percent",
  "port",
  "position",
  "problems",
  "reason",
  "request_id",
  "rows",
  "rpc",
  "service",
  "services",
  "session_id",
  "signal",
  "status",
  "subject",
  "url",
  "version",
  "workspace_id",
]);

/** Causes of causes that are logged; an error can be its own. */
const MAX_CAUSES = 5;

/** Makes the log of a service: one JSON object a line on standard output, or wherever `write` puts it. */
export function createLog(service: string, level: string, write?: (line: string) => void): Log {
  return pino(
    {
      level,
      base: { service },
      messageKey: "message",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: allowedOnly },
      hooks: { logMethod: withoutMessageOfError },
    },
    { write: write ?? ((line) => void process.stdout.write(line)) },
  );
}

function allowedOnly(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (ALLOWED_FIELDS.has(key)) kept[key] = key === "error" ? describeError(value) : value;
  }
  return kept;
}

/** pino takes an error's message for the line's where none is given, and messages can quote data. */
function withoutMessageOfError(this: Logger, args: unknown[], method: (...args: unknown[]) => void): void {
  const [first, ...rest] = args;
  const fields = first instanceof Error ? { error: first } : first;
  const hasNoMessage = rest.length === 0 && typeof fields === "object";
  method.apply(this, hasNoMessage ? [fields, "(no message)"] : [fields, ...rest]);
}

/** An error's name, code and stack. Messages of database errors can quote data, so only their code is kept. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error) || depth > MAX_CAUSES) return typeof error;
  const code = "code" in error ? error.code : undefined;
  const fromDatabase = "severity" in error && "routine" in error;
  return {
    name: error.name,
    code,
    ...(fromDatabase ? {} : { message: error.message }),
    stack: fromDatabase ? undefined : error.stack,
    cause: error.cause === undefined ? undefined : describeError(error.cause, depth + 1),
  };
}
