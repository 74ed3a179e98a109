import type { EventChunk } from "./chunk-events.ts";

/** Names of the compressions that the server takes, as in Content-Encoding. */
export type ContentEncoding = "identity" | "gzip" | "zstd";

/** A chunk as it goes over the wire. */
export interface EncodedChunk {
  /** Its number within the tab. */
  seq: number;
  /** The JSON array, compressed. */
  payload: Uint8Array<ArrayBuffer>;
  /** How it is compressed. */
  encoding: ContentEncoding;
  /** SHA-256 of the JSON before compression, 64 hex digits: with session, tab and seq the chunk's identity. */
  sha256: string;
  /** How many events it holds. */
  eventCount: number;
  /** Events that the recorder had to drop in this stretch. */
  droppedEvents: number;
}

/** Hashes a chunk's JSON and compresses it with gzip, the one codec that every browser's CompressionStream has. */
export async function encodeChunk(chunk: EventChunk): Promise<EncodedChunk> {
  const [payload, digest] = await Promise.all([gzip(chunk.json), crypto.subtle.digest("SHA-256", chunk.json)]);
  return {
    seq: chunk.seq,
    payload,
    encoding: "gzip",
    sha256: hex(new Uint8Array(digest)),
    eventCount: chunk.eventCount,
    droppedEvents: chunk.droppedEvents,
  };
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
