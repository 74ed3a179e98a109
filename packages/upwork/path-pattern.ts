import { parseAddress } from "./address.ts";
import { encodeSegment } from "./encode-segment.ts";

/** Longest pattern, in UTF-16 units; what is longer loses its last segments. */
export const MAX_PATH_PATTERN_CHARS = 300;

/** Segments longer than this are no names of pages. */
const MAX_NAME_CHARS = 40;

/**
 * The path of an address with everything that looks like an id replaced by `:id`, for example `/nx/new-thing/:id`.
 * It shows which pages a redesign brought without saying which of them was open. Empty for what has no path.
 */
export function pathPatternOf(url: string): string {
  return patternOfSegments(parseAddress(url).segments);
}

/** The same for the decoded segments of a path. */
export function patternOfSegments(segments: readonly string[]): string {
  let pattern = "";
  for (const segment of segments) {
    const next = `${pattern}/${isIdLike(segment) ? ":id" : encodeSegment(segment)}`;
    if (next.length > MAX_PATH_PATTERN_CHARS) break;
    pattern = next;
  }
  return pattern;
}

/** True for a segment that may name one thing or one person rather than a page. */
export function isIdLike(segment: string): boolean {
  return (
    segment.length > MAX_NAME_CHARS ||
    /[~@%]|[0-9]{4,}|^[0-9]+$/.test(segment) ||
    // A run of hexadecimal digits that contains a figure: uuids, hashes, room ids.
    /(?=[a-f]*[0-9])[0-9a-f]{8,}/i.test(segment)
  );
}
