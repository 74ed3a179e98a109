import { readEvents } from "./read-events.ts";

/** What is known of a recording after it was read through once. */
export interface RecordingFile {
  /** The file. */
  path: string;
  /** SHA-256 of its events' texts, hex: the same recording has the same one, compressed or not. */
  sha256: string;
  /** How many events it holds. */
  eventCount: number;
  /** Time of its first event, in milliseconds since 1970. */
  firstEventMs: number;
}

/** Reads a recording through and checks every event, so that nothing is sent of a file that is broken further on. */
export async function inspectRecording(path: string): Promise<RecordingFile> {
  const hash = new Bun.CryptoHasher("sha256");
  let eventCount = 0;
  let firstEventMs = 0;
  for await (const text of readEvents(path)) {
    if (eventCount === 0) firstEventMs = timestampOf(text);
    eventCount += 1;
    hash.update(text).update("\n");
  }
  return { path, sha256: hash.digest("hex"), eventCount, firstEventMs };
}

function timestampOf(text: string): number {
  const event: unknown = JSON.parse(text);
  return typeof event === "object" && event !== null && "timestamp" in event ? Number(event.timestamp) : 0;
}
