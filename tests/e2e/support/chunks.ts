import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { newId } from "@gigtrail/platform/ids";
import { type Answer, ask, callJson } from "./request.ts";

/** How a payload is compressed. */
export type Encoding = "identity" | "gzip" | "zstd";

/** A chunk as a recorder makes it. */
export interface Chunk {
  readonly seq: number;
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly encoding: Encoding;
  /** Hex. */
  readonly sha256: string;
  readonly eventCount: number;
}

/** Where a chunk belongs. */
export interface Place {
  readonly sessionId: string;
  readonly tabId: string;
}

const CODECS = { identity: Codec.IDENTITY, gzip: Codec.GZIP, zstd: Codec.ZSTD } as const;

/** A session and a tab that never were. */
export function newPlace(): Place {
  return { sessionId: newId(), tabId: newId() };
}

/** Makes a chunk of events. */
export function chunkOf(seq: number, events: readonly unknown[], encoding: Encoding = "gzip"): Chunk {
  return chunkOfText(seq, JSON.stringify(events), events.length, encoding);
}

/** Makes a chunk of a text, whatever that is. */
export function chunkOfText(seq: number, text: string, eventCount: number, encoding: Encoding = "gzip"): Chunk {
  const json = new TextEncoder().encode(text);
  const sha256 = createHash("sha256").update(json).digest("hex");
  return { seq, payload: compress(json, encoding), encoding, sha256, eventCount };
}

function compress(json: Uint8Array<ArrayBuffer>, encoding: Encoding): Uint8Array<ArrayBuffer> {
  if (encoding === "identity") return json;
  return new Uint8Array(encoding === "gzip" ? gzipSync(json) : Bun.zstdCompressSync(json));
}

/** The address of a chunk as a raw body. */
export function chunkPath({ sessionId, tabId }: Place, seq: number): string {
  return `/v1/sessions/${sessionId}/tabs/${tabId}/chunks/${seq}`;
}

/** The headers that say of a raw chunk what the message's fields say of another. */
export function chunkHeaders(chunk: Chunk): Record<string, string> {
  return {
    "content-type": "application/json",
    "content-encoding": chunk.encoding,
    "x-gigtrail-sha256": chunk.sha256,
    "x-gigtrail-event-count": String(chunk.eventCount),
  };
}

/** Sends a chunk as a raw body. */
export function putRaw(url: string, token: string, place: Place, chunk: Chunk, more: Record<string, string> = {}) {
  return ask(url + chunkPath(place, chunk.seq), {
    method: "PUT",
    token,
    headers: { ...chunkHeaders(chunk), ...more },
    body: chunk.payload,
  });
}

/** The fields of PutChunkRequest. */
export function putMessage({ sessionId, tabId }: Place, chunk: Chunk) {
  return {
    sessionId,
    tabId,
    seq: BigInt(chunk.seq),
    eventCount: chunk.eventCount,
    codec: CODECS[chunk.encoding],
    sha256: Buffer.from(chunk.sha256, "hex"),
    payload: chunk.payload,
  };
}

/** Sends a chunk as Connect JSON. */
export function putJson(url: string, token: string, place: Place, chunk: Chunk, more: object = {}): Promise<Answer> {
  const message = {
    ...place,
    seq: String(chunk.seq),
    eventCount: chunk.eventCount,
    codec: `CODEC_${chunk.encoding.toUpperCase()}`,
    sha256: Buffer.from(chunk.sha256, "hex").toString("base64"),
    payload: Buffer.from(chunk.payload).toString("base64"),
    ...more,
  };
  return callJson(url, "ingest.v1.IngestService/PutChunk", message, { token });
}
