import { gzipSync } from "node:zlib";

/** A chunk as every side of a bench is sent it; made once. */
export interface Batch {
  /** A JSON array of events, gzip. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Of the JSON, in hex. */
  readonly sha256: string;
  readonly eventCount: number;
  readonly jsonBytes: number;
}

/** Makes a chunk of events. */
export function batchOf(events: readonly unknown[]): Batch {
  const json = Buffer.from(JSON.stringify(events));
  const sha256 = new Bun.CryptoHasher("sha256").update(json).digest("hex");
  return { body: new Uint8Array(gzipSync(json)), sha256, eventCount: events.length, jsonBytes: json.length };
}
