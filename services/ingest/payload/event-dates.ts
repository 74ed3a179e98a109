/** An event this much older than the latest of its chunk is misdated: no recording lasts a year. In milliseconds. */
export const MAX_EVENT_AGE_MS = 366 * 24 * 60 * 60 * 1_000;

/** How the events of a chunk are dated. */
export interface EventDates {
  /** A time for each event, in milliseconds since 1970, for putting events of several tabs in order. */
  readonly times: Float64Array;
  /** Earliest time of a rightly dated event, in whole milliseconds since 1970, rounded down; null without one. */
  readonly firstMs: number | null;
  /** Latest time of a rightly dated event, in whole milliseconds since 1970, rounded down; null without one. */
  readonly lastMs: number | null;
  /** Events that are dated after `latestMs`, or more than MAX_EVENT_AGE_MS before the latest that is not. */
  readonly misdatedEvents: number;
}

/**
 * Judges the times of a chunk's events, in their order. A misdated event is given the time of the rightly dated one
 * before it, or of the first one where it comes before all of them. Where none is rightly dated all stay as they are.
 */
export function datesOf(sentMs: readonly number[], latestMs: number): EventDates {
  const newest = sentMs.reduce((most, ms) => (ms <= latestMs ? Math.max(most, ms) : most), -Infinity);
  const oldest = newest - MAX_EVENT_AGE_MS;
  const isRight = (ms: number) => ms <= latestMs && ms >= oldest;
  const first = newest === -Infinity ? undefined : sentMs.find(isRight);
  if (first === undefined) {
    return { times: Float64Array.from(sentMs), firstMs: null, lastMs: null, misdatedEvents: sentMs.length };
  }
  const times = new Float64Array(sentMs.length);
  let earliest = first;
  let misdatedEvents = 0;
  let now = first;
  for (const [index, ms] of sentMs.entries()) {
    if (isRight(ms)) now = ms;
    else misdatedEvents += 1;
    times[index] = now;
    earliest = Math.min(earliest, now);
  }
  return { times, firstMs: Math.floor(earliest), lastMs: Math.floor(newest), misdatedEvents };
}
