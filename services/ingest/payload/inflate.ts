import { gunzipSync, zstdDecompressSync, type ZstdOptions } from "node:zlib";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { refusal } from "@gigtrail/platform/errors";
import { MAX_DECODED_BYTES, MAX_PAYLOAD_BYTES } from "./limits.ts";
import { contentBytesOfZstd } from "./zstd-frames.ts";

// The compressor cannot do better than 1,032 : 1 (RFC 1951), so a trailer that promises more lies.
const MAX_DEFLATE_RATIO = 1_032;
const GZIP_TRAILER_BYTES = 8;
const SPARE_BYTES = 64;
const DEFAULT_STEP_BYTES = 64 * 1024;

/**
 * Decompresses a payload into a buffer of its own. Whole members or frames only, several in a row are one payload,
 * nothing may follow them. Holds at most MAX_DECODED_BYTES of output however much the payload would give.
 * Throws payload_too_large, decoded_too_large, codec_unknown, body_not_gzip, body_not_zstd.
 */
export function inflate(codec: Codec, payload: Uint8Array): Buffer {
  if (payload.length > MAX_PAYLOAD_BYTES) throw refusal("payload_too_large");
  switch (codec) {
    case Codec.IDENTITY:
      return Buffer.from(payload);
    case Codec.GZIP:
      return gunzip(payload);
    case Codec.ZSTD:
      return unzstd(payload);
    default:
      throw refusal("codec_unknown");
  }
}

function gunzip(payload: Uint8Array): Buffer {
  try {
    const promised = Math.min(isizeOf(payload), payload.length * MAX_DEFLATE_RATIO);
    const made: unknown = gunzipSync(payload, { ...limits(promised), info: true });
    // What follows the last member is not read, and not counted either.
    if (bytesReadFor(made) !== payload.length) throw refusal("body_not_gzip");
    return bufferOf(made);
  } catch (error) {
    throw asRefusal(error, "body_not_gzip");
  }
}

// zlib's view of zstd takes a payload that ends in the middle of a frame for whole, so the frames are walked first.
function unzstd(payload: Uint8Array): Buffer {
  const promised = contentBytesOfZstd(payload);
  if (promised === undefined) throw refusal("body_not_zstd");
  if (promised > MAX_DECODED_BYTES) throw refusal("decoded_too_large");
  try {
    return zstdDecompressSync(payload, limits(promised));
  } catch (error) {
    throw asRefusal(error, "body_not_zstd");
  }
}

// One step of the promised size gives the output in one piece; a wrong promise costs time, never correctness.
function limits(promisedBytes: number): ZstdOptions {
  const step = promisedBytes > 0 ? Math.min(promisedBytes, MAX_DECODED_BYTES) + SPARE_BYTES : DEFAULT_STEP_BYTES;
  return { maxOutputLength: MAX_DECODED_BYTES, chunkSize: step };
}

function isizeOf(payload: Uint8Array): number {
  if (payload.length < GZIP_TRAILER_BYTES) return 0;
  return new DataView(payload.buffer, payload.byteOffset, payload.length).getUint32(payload.length - 4, true);
}

function bufferOf(made: unknown): Buffer {
  if (typeof made === "object" && made !== null && "buffer" in made && Buffer.isBuffer(made.buffer)) return made.buffer;
  throw new TypeError("zlib gave no buffer");
}

function bytesReadFor(made: unknown): number | undefined {
  if (typeof made !== "object" || made === null || !("engine" in made)) return undefined;
  const { engine } = made;
  if (typeof engine !== "object" || engine === null || !("bytesWritten" in engine)) return undefined;
  return typeof engine.bytesWritten === "number" ? engine.bytesWritten : undefined;
}

function asRefusal(error: unknown, reason: "body_not_gzip" | "body_not_zstd"): Error {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_BUFFER_TOO_LARGE" ? refusal("decoded_too_large") : refusal(reason, { cause: error });
}
