/*
 * What is in a block, before compression. Numbers are little-endian.
 *
 *     u32           number of chunks c
 *     c ×           a chunk: f64 number; u32 events that are stored of it; u32 of these, those before the first that
 *                   names a page; u8 page at its end (PAGE_AT_END)
 *     u8            how times are written: 0 as they are, 1 each as what it is later than the one before (the first: as it
 *                   is), which compresses to a fraction, where sums give the same bits again: always but for fractions
 *     f64 × n       a time for each event, in milliseconds, for merging tabs without parsing events: as sent, but that a
 *                   misdated event has the time of the one before it
 *     the rest      the events, newline-delimited JSON
 *
 * Format 1 held one chunk: u32 number of events, times, events.
 */

/** What kind of page a recording is on at the end of a chunk: the chunk does not say, one to keep, one to be cut. */
export const PAGE_AT_END = { UNSAID: 0, RECORDED: 1, NEVER: 2 } as const;

/** One of PAGE_AT_END. */
export type PageAtEnd = (typeof PAGE_AT_END)[keyof typeof PAGE_AT_END];

/** What a block says of one of its chunks. */
export interface BlockChunk {
  readonly seq: number;
  /** Events of it that are stored. */
  readonly eventCount: number;
  /**
   * Of these, how many come before the first that names a page. They belong to the page at the end of the chunk before,
   * which may arrive later: whoever reads the tab in order leaves them out after PAGE_AT_END.NEVER.
   */
  readonly leadingEvents: number;
  readonly pageAtEnd: PageAtEnd;
}

/** What is in a block. */
export interface BlockContent {
  /** At least one, by rising number. */
  readonly chunks: readonly BlockChunk[];
  /** A time for each event, in milliseconds. */
  readonly times: Float64Array;
  /** The events, one JSON object a line. */
  readonly ndjson: Uint8Array;
}

const COUNT_BYTES = 4;
const CHUNK_BYTES = 8 + 4 + 4 + 1;
const TIMES = { PLAIN: 0, DIFFERENCES: 1 } as const;
const TIMES_KIND_BYTES = 1;
const TIME_BYTES = 8;

/** Writes a block's content as one run of bytes. */
export function writeContent({ chunks, times, ndjson }: BlockContent): Buffer {
  const timesAt = COUNT_BYTES + chunks.length * CHUNK_BYTES + TIMES_KIND_BYTES;
  const bytes = Buffer.allocUnsafe(timesAt + times.length * TIME_BYTES + ndjson.length);
  bytes.writeUInt32LE(chunks.length, 0);
  for (const [index, chunk] of chunks.entries()) {
    const at = COUNT_BYTES + index * CHUNK_BYTES;
    bytes.writeDoubleLE(chunk.seq, at);
    bytes.writeUInt32LE(chunk.eventCount, at + 8);
    bytes.writeUInt32LE(chunk.leadingEvents, at + 12);
    bytes.writeUInt8(chunk.pageAtEnd, at + 16);
  }
  const differences = differencesOf(times);
  bytes.writeUInt8(differences === undefined ? TIMES.PLAIN : TIMES.DIFFERENCES, timesAt - TIMES_KIND_BYTES);
  const written = differences ?? times;
  for (let index = 0; index < written.length; index += 1) {
    bytes.writeDoubleLE(written[index] ?? 0, timesAt + index * TIME_BYTES);
  }
  bytes.set(ndjson, timesAt + times.length * TIME_BYTES);
  return bytes;
}

/** Reads what writeContent wrote; with the number of its chunk, what format 1 held. */
export function readContent(bytes: Buffer, seqOfOnlyChunk?: number): BlockContent {
  const isOneChunk = seqOfOnlyChunk !== undefined;
  const chunks = isOneChunk ? [oldChunk(seqOfOnlyChunk, bytes.readUInt32LE(0))] : readChunks(bytes);
  const timesAt = COUNT_BYTES + (isOneChunk ? 0 : chunks.length * CHUNK_BYTES + TIMES_KIND_BYTES);
  const times = new Float64Array(chunks.reduce((total, chunk) => total + chunk.eventCount, 0));
  for (let index = 0; index < times.length; index += 1) times[index] = bytes.readDoubleLE(timesAt + index * TIME_BYTES);
  const areDifferences = !isOneChunk && bytes.readUInt8(timesAt - TIMES_KIND_BYTES) === TIMES.DIFFERENCES;
  if (areDifferences) for (let index = 1; index < times.length; index += 1) times[index]! += times[index - 1]!;
  return { chunks, times, ndjson: bytes.subarray(timesAt + times.length * TIME_BYTES) };
}

function readChunks(bytes: Buffer): BlockChunk[] {
  return Array.from({ length: bytes.readUInt32LE(0) }, (_, index) => {
    const at = COUNT_BYTES + index * CHUNK_BYTES;
    return {
      seq: bytes.readDoubleLE(at),
      eventCount: bytes.readUInt32LE(at + 8),
      leadingEvents: bytes.readUInt32LE(at + 12),
      pageAtEnd: toPageAtEnd(bytes.readUInt8(at + 16)),
    };
  });
}

/** What each time is later than the one before; undefined where the sums would not be the times to the bit. */
function differencesOf(times: Float64Array): Float64Array | undefined {
  const differences = new Float64Array(times.length);
  let before = 0;
  for (const [index, time] of times.entries()) {
    const difference = time - before;
    if (!Object.is(before + difference, time)) return undefined;
    differences[index] = difference;
    before = time;
  }
  return differences;
}

/** In format 1 a chunk that named a page never recorded was refused whole. */
function oldChunk(seq: number, eventCount: number): BlockChunk {
  return { seq, eventCount, leadingEvents: 0, pageAtEnd: PAGE_AT_END.UNSAID };
}

function toPageAtEnd(value: number): PageAtEnd {
  if (value === PAGE_AT_END.UNSAID || value === PAGE_AT_END.RECORDED || value === PAGE_AT_END.NEVER) return value;
  throw new Error(`a block names an unknown page state ${value}`);
}
