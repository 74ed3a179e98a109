import { isUtf8 } from "node:buffer";
import { reasonOf, refusal } from "@gigtrail/platform/errors";
import type { Reason } from "@gigtrail/platform/reasons";
import type { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { DEFAULT_SCRUB_POLICY, type ScrubPolicy } from "../scrub/policy.ts";
import { scrubEvent } from "../scrub/scrub-event.ts";
import { Splices } from "../scrub/splices.ts";
import { hasTokenHint } from "../scrub/token-hint.ts";
import { EVENT_TYPE, readHead } from "./event-head.ts";
import { EventLines } from "./event-lines.ts";
import { inflate } from "./inflate.ts";
import type { JsonText } from "./json/json-text.ts";
import { isFromNeverPage } from "./page-guard.ts";
import { scanEvents } from "./scan-events.ts";

/** A chunk as uploaded. */
export interface ChunkInput {
  readonly codec: Codec;
  readonly payload: Uint8Array;
  /** What the sender says is the SHA-256 of the decompressed payload, 32 bytes. */
  readonly sha256: Uint8Array;
  /** What the sender says is the number of events. */
  readonly eventCount: number;
}

/** A chunk as it may be stored. */
export interface DecodedChunk {
  /** The scrubbed events in their order, one a line, each ended by "\n". */
  readonly ndjson: Uint8Array;
  readonly eventCount: number;
  /** Timestamps of the events as sent, in milliseconds since 1970. */
  readonly times: Float64Array;
  /** Earliest event time, in whole milliseconds since 1970, rounded down. */
  readonly firstMs: number;
  /** Latest event time, in whole milliseconds since 1970, rounded down. */
  readonly lastMs: number;
  readonly hasFullSnapshot: boolean;
  /** Values and keys that were masked, wholly or in part; inside of JSON in a string each one counts. */
  readonly maskedValues: number;
  /** Size of the decompressed payload, in bytes. */
  readonly rawBytes: number;
}

/**
 * Turns an uploaded chunk into what is stored: decompresses within limits, proves the hash, reads the JSON once
 * without building it, checks each event and masks what must not be kept. The text of what is not masked stays as it
 * was sent, byte for byte, but for line ends between tokens. Pure and synchronous; a chunk over 4 MiB belongs in a
 * Worker. Holds at most about three times the decompressed size plus 12 bytes per value of the largest event.
 *
 * Throws payload_too_large, codec_unknown, body_not_gzip, body_not_zstd, decoded_too_large, sha256_mismatch,
 * json_invalid, json_too_deep, event_too_dense, events_not_array, event_invalid, event_count_wrong,
 * page_never_recorded, scrub_failed, and nothing else. A text that is not JSON is refused as that before any event of
 * it is judged.
 */
export function decodeChunk(input: ChunkInput, policy: ScrubPolicy = DEFAULT_SCRUB_POLICY): DecodedChunk {
  const bytes = inflate(input.codec, input.payload);
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest();
  if (!hash.equals(input.sha256)) throw refusal("sha256_mismatch");
  if (!isUtf8(bytes)) throw refusal("json_invalid");
  const reader = new ChunkReader(bytes, policy);
  const eventCount = scanEvents(bytes, (event, start, end) => reader.read(event, start, end));
  reader.requireNoFault("event_invalid");
  if (eventCount !== input.eventCount) throw refusal("event_count_wrong");
  reader.requireNoFault("page_never_recorded");
  reader.requireNoFault("scrub_failed");
  return { ...reader.result(), eventCount, rawBytes: bytes.length };
}

type Fault = Extract<Reason, "event_invalid" | "page_never_recorded" | "scrub_failed">;

class ChunkReader {
  readonly #policy: ScrubPolicy;
  readonly #everyString: boolean;
  readonly #splices = new Splices();
  readonly #lines: EventLines;
  readonly #faults = new Map<Fault, unknown>();
  readonly #times: number[] = [];
  #firstMs = Infinity;
  #lastMs = -Infinity;
  #hasFullSnapshot = false;

  constructor(bytes: Buffer, policy: ScrubPolicy) {
    this.#policy = policy;
    this.#everyString = hasTokenHint(bytes);
    this.#lines = new EventLines(bytes, this.#splices);
  }

  read(event: JsonText, start: number, end: number): void {
    const head = readHead(event);
    if (typeof head === "string") return this.#note(head);
    this.#times.push(head.timestampMs);
    this.#firstMs = Math.min(this.#firstMs, head.timestampMs);
    this.#lastMs = Math.max(this.#lastMs, head.timestampMs);
    if (head.type === EVENT_TYPE.FULL_SNAPSHOT) this.#hasFullSnapshot = true;
    if (isFromNeverPage(event, head)) this.#note("page_never_recorded");
    if (this.#faults.size > 0) return;
    this.#lines.add(start, end);
    if (!event.tape.telling && !this.#everyString) return;
    try {
      scrubEvent(event, head, { policy: this.#policy, everyString: this.#everyString, level: 0 }, this.#splices);
    } catch (error) {
      this.#note("scrub_failed", error);
    }
  }

  requireNoFault(fault: Fault): void {
    if (!this.#faults.has(fault)) return;
    const cause = this.#faults.get(fault);
    throw reasonOf(cause) === undefined ? refusal(fault, { cause }) : cause;
  }

  result(): Omit<DecodedChunk, "eventCount" | "rawBytes"> {
    return {
      ndjson: this.#lines.toNdjson(),
      times: Float64Array.from(this.#times),
      firstMs: Math.floor(this.#firstMs),
      lastMs: Math.floor(this.#lastMs),
      hasFullSnapshot: this.#hasFullSnapshot,
      maskedValues: this.#splices.masked,
    };
  }

  #note(fault: Fault, cause?: unknown): void {
    if (!this.#faults.has(fault)) this.#faults.set(fault, cause);
  }
}
