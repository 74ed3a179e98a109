import type { BlockChunk, BlockContent } from "./block-content.ts";

const NEWLINE = 10;

/** A chunk of a block with its events; times and lines are views of the block's. */
export interface ChunkContent extends BlockChunk {
  /** A time for each event, in milliseconds. */
  readonly times: Float64Array;
  /** The events, one JSON object a line. */
  readonly ndjson: Uint8Array;
}

/** The chunks of a block, in order. Throws when the block has more or fewer lines than its chunks have events. */
export function* splitChunks({ chunks, times, ndjson }: BlockContent): Generator<ChunkContent> {
  let event = 0;
  let start = 0;
  for (const chunk of chunks) {
    const end = endOfLines(ndjson, start, chunk.eventCount);
    yield {
      ...chunk,
      times: times.subarray(event, event + chunk.eventCount),
      ndjson: ndjson.subarray(start, end),
    };
    event += chunk.eventCount;
    start = end;
  }
  if (start !== ndjson.length) throw new Error("a block has more lines than events");
}

/** A chunk without its first events; the numbers of those that remain stay what they were. */
export function withoutFirst(chunk: ChunkContent, events: number): Pick<ChunkContent, "times" | "ndjson"> {
  return {
    times: chunk.times.subarray(events),
    ndjson: chunk.ndjson.subarray(endOfLines(chunk.ndjson, 0, events)),
  };
}

/** Where so many lines end that begin at `start`. */
function endOfLines(ndjson: Uint8Array, start: number, lines: number): number {
  let end = start;
  for (let line = 0; line < lines; line += 1) {
    const newline = ndjson.indexOf(NEWLINE, end);
    if (newline === -1) throw new Error("a block has fewer lines than events");
    end = newline + 1;
  }
  return end;
}
