/** The site's ids count milliseconds from here (4 November 2010), in their upper bits. */
const EPOCH_MS = 1_288_834_974_657;

/** Bits below the milliseconds. */
const LOW_BITS = 22n;

/** An id of 19 digits as the site would have given at that time; `salt` tells apart those of one millisecond. */
export function idAt(time: Date, salt: number): string {
  return ((BigInt(time.getTime() - EPOCH_MS) << LOW_BITS) + BigInt(salt % 4_194_304)).toString();
}
