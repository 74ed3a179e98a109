import { isUtf8 } from "node:buffer";
import { reasonOf, refusal } from "@gigtrail/platform/errors";
import type { Reason } from "@gigtrail/platform/reasons";
import type { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { PageAtEnd } from "../blocks/block-content.ts";
import { DEFAULT_SCRUB_POLICY, type ScrubPolicy } from "../scrub/policy.ts";
import { scrubEvent } from "../scrub/scrub-event.ts";
import type { ScrubScope } from "../scrub/scrub-scope.ts";
import { Splices } from "../scrub/splices.ts";
import { type EventDates, datesOf } from "./event-dates.ts";
import { EVENT_TYPE, readHead } from "./event-head.ts";
import { EventLines } from "./event-lines.ts";
import { inflate } from "./inflate.ts";
import type { JsonText } from "./json/json-text.ts";
import { letGo } from "./let-go.ts";
import { PageCut } from "./page-cut.ts";
import { pageWord } from "./page-guard.ts";
import { scanEvents } from "./scan-events.ts";

/** A chunk as uploaded. */
export interface ChunkInput {
  readonly codec: Codec;
  readonly payload: Uint8Array;
  /** What the sender says is the SHA-256 of the decompressed payload, 32 bytes. */
  readonly sha256: Uint8Array;
  /** What the sender says is the number of events. */
  readonly eventCount: number;
  /** Events that are dated later than this are misdated, in milliseconds since 1970. */
  readonly latestMs: number;
}

/** A chunk as it may be stored. */
export interface DecodedChunk extends EventDates {
  /** The scrubbed events that are kept, in their order, one a line, each ended by "\n". */
  readonly ndjson: Uint8Array;
  /** Events that are kept; there may be none. */
  readonly eventCount: number;
  /** Events that were cut out, since they come from pages that are never recorded. */
  readonly cutEvents: number;
  /** Of those kept, events before the first that names a page (BlockChunk.leadingEvents). */
  readonly leadingEvents: number;
  /** What kind of page the chunk ends on. */
  readonly pageAtEnd: PageAtEnd;
  /** A FullSnapshot is among the events that are kept. */
  readonly hasFullSnapshot: boolean;
  /** Values and keys that were masked, wholly or in part; inside of JSON in a string each one counts. */
  readonly maskedValues: number;
  /** Size of the decompressed payload, in bytes. */
  readonly rawBytes: number;
}

/**
 * Turns an uploaded chunk into what is stored: decompresses within limits, proves the hash, reads the JSON once
 * without building it, checks each event, cuts out those from pages that are never recorded and masks what must not be
 * kept. The text of what is not masked stays as it was sent, byte for byte, but for line ends between tokens. Pure and synchronous; a chunk over 4 MiB belongs in a
 * Worker. Holds at most about three times the decompressed size plus 12 bytes per value of the largest event.
 *
 * Throws payload_too_large, codec_unknown, body_not_gzip, body_not_zstd, decoded_too_large, sha256_mismatch,
 * json_invalid, json_too_deep, event_too_dense, events_not_array, event_invalid, event_count_wrong,
 * scrub_failed, and nothing else. A text that is not JSON is refused as that before any event of it is judged.
 */
export function decodeChunk(input: ChunkInput, policy: ScrubPolicy = DEFAULT_SCRUB_POLICY): DecodedChunk {
  const bytes = inflate(input.codec, input.payload);
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest();
  if (!hash.equals(input.sha256)) throw refusal("sha256_mismatch");
  if (!isUtf8(bytes)) throw refusal("json_invalid");
  const reader = new ChunkReader(bytes, policy);
  const sentEvents = scanEvents(bytes, (event, start, end) => reader.read(event, start, end));
  reader.requireNoFault("event_invalid");
  if (sentEvents !== input.eventCount) throw refusal("event_count_wrong");
  reader.requireNoFault("scrub_failed");
  const rawBytes = bytes.length;
  const result = reader.result(input.latestMs);
  if (result.ndjson.buffer !== bytes.buffer) letGo(bytes);
  return { ...result, rawBytes };
}

type Fault = Extract<Reason, "event_invalid" | "scrub_failed">;

class ChunkReader {
  readonly #scope: ScrubScope;
  readonly #splices = new Splices();
  readonly #lines: EventLines;
  readonly #faults = new Map<Fault, unknown>();
  readonly #times: number[] = [];
  readonly #pages = new PageCut();
  #hasFullSnapshot = false;

  constructor(bytes: Buffer, policy: ScrubPolicy) {
    const secretFields = policy.plainInputs ? new Set<number>() : undefined;
    this.#scope = { policy, level: 0, secretFields };
    this.#lines = new EventLines(bytes, this.#splices);
  }

  read(event: JsonText, start: number, end: number): void {
    const head = readHead(event);
    if (typeof head === "string") return this.#note(head);
    if (this.#faults.size > 0) return;
    if (this.#pages.takes(pageWord(event, head))) return;
    this.#times.push(head.timestampMs);
    if (head.type === EVENT_TYPE.FULL_SNAPSHOT) this.#hasFullSnapshot = true;
    this.#lines.add(start, end);
    if (!event.tape.telling) return;
    try {
      scrubEvent(event, head, this.#scope, this.#splices);
    } catch (error) {
      this.#note("scrub_failed", error);
    }
  }

  requireNoFault(fault: Fault): void {
    if (!this.#faults.has(fault)) return;
    const cause = this.#faults.get(fault);
    throw reasonOf(cause) === undefined ? refusal(fault, { cause }) : cause;
  }

  result(latestMs: number): Omit<DecodedChunk, "rawBytes"> {
    const { keptEvents, cutEvents, leadingEvents, pageAtEnd } = this.#pages;
    return {
      ...datesOf(this.#times, latestMs),
      ndjson: this.#lines.toNdjson(),
      eventCount: keptEvents,
      cutEvents,
      leadingEvents,
      pageAtEnd,
      hasFullSnapshot: this.#hasFullSnapshot,
      maskedValues: this.#splices.masked,
    };
  }

  #note(fault: Fault, cause?: unknown): void {
    if (!this.#faults.has(fault)) this.#faults.set(fault, cause);
  }
}
