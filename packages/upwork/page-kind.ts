import { type Address, parseAddress } from "./address.ts";
import { compilePattern, patternPath } from "./address-pattern.ts";
import { isChallengeTitle } from "./challenge-title.ts";
import { neverKindOf } from "./never-kind.ts";
import { PAGE_KINDS, type PageKind } from "./page-kinds.ts";

const KINDS = PAGE_KINDS.filter((row) => row.record).map((row) => ({
  kind: row.kind,
  fits: row.patterns.map(compilePattern),
}));

/**
 * What the page at an address is. Never throws. A title of a bot challenge beats every address, for the challenge is
 * shown under the address of the page that it guards.
 */
export function pageKindOf(url: string, title = ""): PageKind {
  return isChallengeTitle(title) ? "bot_challenge" : addressKindOf(parseAddress(url));
}

/** The same for an address that is already taken apart, by the address alone. */
export function addressKindOf(address: Address): PageKind {
  const never = neverKindOf(address);
  if (never !== undefined) return never;
  switch (address.site) {
    case "app": {
      const path = patternPath(address.segments);
      return KINDS.find((row) => row.fits.some((fits) => fits(path)))?.kind ?? "other";
    }
    case "support":
      return "support";
    case "subdomain":
      return "other";
    case "external":
      return "external";
  }
}
