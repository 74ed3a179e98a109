import type { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { refusal } from "@gigtrail/platform/errors";
import type { Running } from "@gigtrail/platform/lifecycle";
import { Codec as CodecValue } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { type DecodedChunk, decodeChunk } from "./decode-chunk.ts";
import { contentBytesOfZstd } from "./zstd-frames.ts";
import type { DecodeReport, DecodeRequest } from "./decode-worker.ts";

/** Chunks that are larger than this once decompressed are decoded in a Worker, in bytes. */
const INLINE_BYTES = 4 * 1024 * 1024;
/** Header and trailer of gzip. */
const GZIP_LEAST_BYTES = 18;

/** A chunk as decodeChunk takes it. */
export interface EncodedChunk {
  readonly codec: Codec;
  readonly payload: Uint8Array;
  readonly sha256: Uint8Array;
  readonly eventCount: number;
}

/**
 * Decodes chunks: everyday ones at once, large ones one after the other in a Worker, so that one of 128 MiB does not
 * freeze leases, streams and everyone else.
 */
export class ChunkDecoder implements Running {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** Decodes and masks a chunk. Rejects with its refusal. */
  async decode(chunk: EncodedChunk): Promise<DecodedChunk> {
    if (mayBecomeBytes(chunk) <= INLINE_BYTES) return decodeChunk(chunk);
    const decoded = this.#last.then(() => this.#inWorker(chunk));
    this.#last = decoded.catch(() => undefined);
    return decoded;
  }

  async stop(): Promise<void> {
    await this.#last;
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #inWorker({ codec, payload, sha256, eventCount }: EncodedChunk): Promise<DecodedChunk> {
    const worker = (this.#worker ??= new Worker(new URL("./decode-worker.ts", import.meta.url)));
    return new Promise((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<DecodeReport>) => {
        if ("decoded" in event.data) resolve(event.data.decoded);
        else reject(refusal(event.data.reason, { message: event.data.message }));
      };
      worker.onerror = (event) => {
        // It is in an unknown state: the next large chunk gets a new one.
        worker.terminate();
        this.#worker = undefined;
        reject(new Error(`the decoding worker failed: ${event.message}`));
      };
      worker.postMessage({ codec, payload, sha256, eventCount } satisfies DecodeRequest);
    });
  }
}

/**
 * What a chunk's decompressed size is said to be, in bytes: by gzip at its end (RFC 1952, modulo 2^32), by zstd in its
 * frames, where it need not be said: then it counts as large. A wrong word costs time, never safety: the limits hold.
 */
function mayBecomeBytes({ codec, payload }: EncodedChunk): number {
  if (codec === CodecValue.GZIP && payload.length >= GZIP_LEAST_BYTES) {
    return new DataView(payload.buffer, payload.byteOffset + payload.length - 4, 4).getUint32(0, true);
  }
  if (codec === CodecValue.ZSTD) return contentBytesOfZstd(payload) || Number.MAX_SAFE_INTEGER;
  return payload.length;
}
