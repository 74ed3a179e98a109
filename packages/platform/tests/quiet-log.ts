import { createLog, type Log } from "../log.ts";

/** A log that nobody reads. */
export const quietLog: Log = createLog("test", "silent");

/** A log whose lines can be looked at. */
export function keptLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { log: createLog("test", "trace", (line) => void lines.push(line)), lines };
}
