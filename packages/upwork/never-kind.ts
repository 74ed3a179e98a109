import { type Address, decodeOnce } from "./address.ts";
import { compilePattern, patternPath } from "./address-pattern.ts";
import { PAGE_KINDS, type PageKind } from "./page-kinds.ts";

const NEVER = PAGE_KINDS.filter((row) => !row.record).map((row) => ({
  kind: row.kind,
  fits: row.patterns.map(compilePattern),
}));

/**
 * More layers of percent-encoding than anything on the way undoes. Repeated encoding of the percent sign itself
 * (`%252525…`) is undone at any depth.
 */
const MAX_DECODE_ROUNDS = 4;

/**
 * The page kind of an address of Upwork that must never be recorded, or undefined. Reads the path as suspiciously as
 * a server, a proxy or a router might: any layers of percent-encoding, any slashes, `;` parameters, dot segments both
 * resolved and ignored.
 */
export function neverKindOf(address: Address): PageKind | undefined {
  if (address.url === undefined || address.site === "external") return undefined;
  const segments = suspiciousSegments(address.url.pathname);
  const readings = [segments.filter((segment) => segment !== ".."), resolveDots(segments)].map(patternPath);
  return NEVER.find((row) => row.fits.some((fits) => readings.some(fits)))?.kind;
}

function suspiciousSegments(pathname: string): string[] {
  let path = pathname;
  for (let round = 0; round < MAX_DECODE_ROUNDS; round++) {
    path = decodeOnce(path.replace(/%(?:25)+(?=[0-9a-f]{2})/gi, "%"));
  }
  return path
    .split(/[\\/]/)
    .map((segment) => plainSegment(segment))
    .filter((segment) => segment !== "" && segment !== ".");
}

// Letters that only look different (full width, with a zero-width joiner between) read the same.
function plainSegment(segment: string): string {
  return segment
    .normalize("NFKC")
    .replace(/;.*$/s, "")
    .replace(/[\p{Cc}\p{Cf}\s]/gu, "");
}

function resolveDots(segments: readonly string[]): string[] {
  const resolved: string[] = [];
  for (const segment of segments) {
    if (segment === "..") resolved.pop();
    else resolved.push(segment);
  }
  return resolved;
}
