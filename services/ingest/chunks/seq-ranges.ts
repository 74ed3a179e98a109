/**
 * The chunk numbers of a tab that have arrived: runs [first, last], both included, in order, never touching. The same
 * as PostgreSQL's int8multirange, in which they are stored.
 */
export type SeqRanges = readonly (readonly [first: number, last: number])[];

/** Reads PostgreSQL's text form, `{[0,3),[5,6)}`. */
export function parseSeqRanges(text: string): SeqRanges {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, first, end]) => [Number(first), Number(end) - 1] as const);
}

/** Writes PostgreSQL's text form. */
export function formatSeqRanges(ranges: SeqRanges): string {
  return `{${ranges.map(([first, last]) => `[${first},${last + 1})`).join(",")}}`;
}

/** Adds a number. */
export function addSeq(ranges: SeqRanges, seq: number): SeqRanges {
  const before = ranges.filter(([, last]) => last < seq - 1);
  const after = ranges.filter(([first]) => first > seq + 1);
  const touching = ranges.slice(before.length, ranges.length - after.length);
  const first = Math.min(seq, touching[0]?.[0] ?? seq);
  const last = Math.max(seq, touching.at(-1)?.[1] ?? seq);
  return [...before, [first, last], ...after];
}

/** The number up to which all have arrived, from 0 on; -1 when 0 has not. */
export function durableThrough(ranges: SeqRanges): number {
  const lowest = ranges[0];
  return lowest !== undefined && lowest[0] === 0 ? lowest[1] : -1;
}

/** The gaps below the highest number that has arrived, or below `lastSeq` where that is higher; lowest first. */
export function missingRanges(ranges: SeqRanges, lastSeq: number | null, most: number): SeqRanges {
  const missing: (readonly [number, number])[] = [];
  let next = 0;
  for (const [first, last] of ranges) {
    if (first > next) missing.push([next, first - 1]);
    next = last + 1;
  }
  if (lastSeq !== null && lastSeq >= next) missing.push([next, lastSeq]);
  return missing.slice(0, most);
}

/** Whether all numbers from 0 to `lastSeq` have arrived. */
export function isWhole(ranges: SeqRanges, lastSeq: number | null): boolean {
  return lastSeq !== null && durableThrough(ranges) >= lastSeq;
}
