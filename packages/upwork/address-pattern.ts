/**
 * A path as the page-kind table writes it: segments of lower case after a slash. In a segment `*` stands for any
 * characters; a whole segment may be
 *
 * - `:cipher`  a ciphertext, `~02…`, alone or behind a slug (`<Slug>_~02…`)
 * - `:id`      digits
 * - `:room`    `room_` and hexadecimal digits
 * - `**`       any number of segments, also none
 */
export type AddressPattern = `/${string}`;

/** Makes a test of a pattern; it takes a path as patternPath gives it. */
export function compilePattern(pattern: AddressPattern): (path: string) => boolean {
  const source = pattern
    .split("/")
    .filter((part) => part !== "")
    .map(partSource)
    .join("");
  const regex = new RegExp(`^${source}$`, "s");
  return (path) => regex.test(path);
}

const SPECIAL_PARTS: Readonly<Record<string, string>> = {
  "**": "(?:/[^/]*)*",
  ":cipher": "/(?:[^/]*_)?~~?[0-9a-f]{8,24}",
  ":id": "/[0-9]+",
  ":room": "/room_[0-9a-f]+",
};

function partSource(part: string): string {
  const special = SPECIAL_PARTS[part];
  if (special !== undefined) return special;
  return `/${part
    .split("*")
    .map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join("[^/]*")}`;
}

/** The path of these segments, for tests of patterns; their case does not matter. */
export function patternPath(segments: readonly string[]): string {
  // A slash inside a segment (it came as %2F) must not look like a border.
  return segments.map((segment) => `/${segment.replaceAll("/", "%2f").toLowerCase()}`).join("");
}
