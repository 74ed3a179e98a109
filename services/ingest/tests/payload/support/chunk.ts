import { gzipSync, zstdCompressSync } from "node:zlib";
import { reasonOf } from "@gigtrail/platform/errors";
import type { Reason } from "@gigtrail/platform/reasons";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { type ChunkInput, type DecodedChunk, decodeChunk } from "../../../payload/decode-chunk.ts";
import type { ScrubPolicy } from "../../../scrub/policy.ts";

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The clock by which all chunks of these tests come, in milliseconds since 1970: later than any recording. */
export const LATEST_MS = Date.UTC(2100, 0, 1);

/** What the sender of these bytes states of them. */
export function sealed(codec: Codec, bytes: Uint8Array, eventCount: number): ChunkInput {
  const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest();
  return { codec, payload: packed(codec, bytes), sha256, eventCount, latestMs: LATEST_MS };
}

function packed(codec: Codec, bytes: Uint8Array): Uint8Array {
  if (codec === Codec.GZIP) return gzipSync(bytes);
  return codec === Codec.ZSTD ? zstdCompressSync(bytes) : bytes;
}

/** An honest sender's chunk of this JSON text. */
export function chunkOfText(json: string, eventCount = 1, codec = Codec.IDENTITY): ChunkInput {
  return sealed(codec, Buffer.from(json), eventCount);
}

/** An honest sender's chunk of these events. */
export function chunkOf(events: readonly Json[], codec = Codec.IDENTITY): ChunkInput {
  return sealed(codec, Buffer.from(JSON.stringify(events)), events.length);
}

/** An rrweb event of the first second of 1970. */
export function event(type: number, data: Json): { [key: string]: Json } {
  return { type, data, timestamp: 1 };
}

/** The lines that are stored, as text. */
export function linesOf(decoded: DecodedChunk): string[] {
  const text = Buffer.from(decoded.ndjson).toString();
  return text === "" ? [] : text.slice(0, -1).split("\n");
}

/** What is stored of these events. */
export function stored(events: readonly Json[], policy?: ScrubPolicy): Json[] {
  return linesOf(decodeChunk(chunkOf(events), policy)).map((line) => JSON.parse(line) as Json);
}

/** What is stored of the data of one event. */
export function storedData(type: number, data: Json, policy?: ScrubPolicy): Json {
  const [first] = stored([event(type, data)], policy);
  if (typeof first !== "object" || first === null || Array.isArray(first)) throw new Error("no event was stored");
  return first["data"] ?? null;
}

/** Why the chunk is refused; undefined if it is not, and a throw if it fails otherwise. */
export function refusalOf(input: ChunkInput): Reason | undefined {
  try {
    decodeChunk(input);
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return reason;
  }
}
