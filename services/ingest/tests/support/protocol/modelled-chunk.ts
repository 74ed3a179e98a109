import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import * as fc from "fast-check";
import { event, fullSnapshot, packed, type TestEvent } from "../recording.ts";

/** Tabs of a modelled session; a tab is known by its place in the order of their ids. */
export const TABS = 3;
/** What is wrong with a chunk, as its refusal says. */
export type Fault = "sha256_mismatch" | "event_count_wrong" | "json_invalid" | "body_not_zstd" | "codec_unknown";

/** A chunk as a model knows it: two with the same tab, number and version are the same bytes, and no others are. */
export interface ModelledChunk {
  readonly tab: number;
  readonly seq: number;
  readonly version: number;
  readonly fault: Fault | undefined;
}

const BASE_MS = 1_700_000_000_000;
const FORTY_YEARS_MS = 40 * 366 * 24 * 60 * 60_000;

/** Numbers near the start, so that they meet, and near the limit of what may be ahead. */
const seq = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 99_998, max: 100_003 }) },
);
const FAULTS: readonly Fault[] = [
  "sha256_mismatch",
  "event_count_wrong",
  "json_invalid",
  "body_not_zstd",
  "codec_unknown",
];

/** Any tab's chunk, mostly a good one. */
export const modelledChunk: fc.Arbitrary<ModelledChunk> = fc.record({
  tab: fc.nat({ max: TABS - 1 }),
  seq,
  version: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  fault: fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...FAULTS) },
  ),
});

/** Whether a chunk holds a FullSnapshot. */
export function hasFullSnapshot({ tab, seq: number, version }: ModelledChunk): boolean {
  return (number + tab + version) % 3 === 1;
}

/** The events of a chunk. Clocks go back between chunks; the second event of some is dated decades off. */
export function eventsOf(chunk: ModelledChunk): TestEvent[] {
  const { tab, seq: number, version } = chunk;
  const startMs = BASE_MS + ((number * 7 + tab * 3) % 5) * 100;
  const events = Array.from({ length: words(chunk) }, (_, index) =>
    event(
      `${tab}.${number}.${version}.${index}`,
      isMisdated(chunk, index) ? startMs + FORTY_YEARS_MS : startMs + index,
    ),
  );
  return hasFullSnapshot(chunk) ? [...events, fullSnapshot(startMs + 50)] : events;
}

/** The times that put a chunk's events in order: a misdated one counts as the one before it. */
export function placesOf(chunk: ModelledChunk): number[] {
  const events = eventsOf(chunk);
  return events.map(({ timestamp }, index) =>
    isMisdated(chunk, index) ? (events[index - 1]?.timestamp ?? timestamp) : timestamp,
  );
}

function words({ tab, seq: number }: ModelledChunk): number {
  return 1 + ((number + tab) % 3);
}

function isMisdated(chunk: ModelledChunk, index: number): boolean {
  return index === 1 && words(chunk) > 1 && chunk.seq % 4 === chunk.tab;
}

/** The fields of PutChunk that hold a chunk's content. */
export function contentOf(chunk: ModelledChunk) {
  const codec = [Codec.IDENTITY, Codec.GZIP, Codec.ZSTD][(chunk.seq + chunk.tab) % 3] ?? Codec.IDENTITY;
  const good = packed(eventsOf(chunk), codec);
  switch (chunk.fault) {
    case undefined:
      return good;
    case "sha256_mismatch":
      return { ...good, sha256: new Uint8Array(32) };
    case "event_count_wrong":
      return { ...good, eventCount: good.eventCount + 1 };
    case "json_invalid":
      return { ...packed(eventsOf(chunk)), ...brokenJson() };
    case "body_not_zstd":
      return { ...packed(eventsOf(chunk)), codec: Codec.ZSTD };
    case "codec_unknown":
      return { ...good, codec: Codec.UNSPECIFIED };
  }
}

function brokenJson() {
  const payload = Buffer.from('[{"type":5,"timestamp":1');
  return { payload, sha256: new Bun.CryptoHasher("sha256").update(payload).digest() };
}
