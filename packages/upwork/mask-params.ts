import { decodeOnce, parseAddress } from "./address.ts";
import { addressKindOf } from "./page-kind.ts";
import { PAGE_KINDS, type PageKind } from "./page-kinds.ts";

const ALLOWED = new Map<PageKind, ReadonlySet<string>>(PAGE_KINDS.map((row) => [row.kind, new Set(row.params)]));
const NONE: ReadonlySet<string> = new Set();
const ALLOWED_SOMEWHERE = new Set(PAGE_KINDS.flatMap((row): readonly string[] => row.params));

// What the URL standard takes out of an address wherever it stands.
const IGNORED = /[\t\n\r]/g;
const PAIR_IN_FRAGMENT = /([^#&?=]*)=([^&]*)/g;

/**
 * An address as it is written, but that every value of a parameter that the page-kind table does not list for its page
 * is `mask`: in the query, and all of them in the fragment. Names stay, and so does all other text, to the character:
 * page kind, job and safeUrl are those of the address before. What is no address has no parameter that is listed.
 * Applying it again changes nothing. Never throws.
 */
export function maskParams(url: string, mask: string): string {
  const start = url.search(/[?#]/);
  if (start < 0 || !url.includes("=", start)) return url;
  const hash = url.indexOf("#", start);
  const end = hash < 0 ? url.length : hash;
  return url.slice(0, start) + maskQuery(url, start, end, mask) + maskFragment(url.slice(end), mask);
}

function maskQuery(url: string, start: number, end: number, mask: string): string {
  const query = url.slice(start, end);
  if (!query.includes("=")) return query;
  const parts = query.slice(1).split("&");
  // Most parameters are listed nowhere: what kind the page is need not be found out.
  const allowed = parts.some((part) => ALLOWED_SOMEWHERE.has(nameOf(part))) ? allowedParams(url) : NONE;
  return `?${parts.map((part) => maskPart(part, allowed, mask)).join("&")}`;
}

function allowedParams(url: string): ReadonlySet<string> {
  const address = parseAddress(url);
  return address.url === undefined ? NONE : (ALLOWED.get(addressKindOf(address)) ?? NONE);
}

function maskPart(part: string, allowed: ReadonlySet<string>, mask: string): string {
  const equals = part.indexOf("=");
  if (equals < 0 || equals === part.length - 1) return part;
  return allowed.has(nameOf(part)) ? part : part.slice(0, equals + 1) + mask;
}

function nameOf(part: string): string {
  const equals = part.indexOf("=");
  if (equals < 0) return "";
  return decodeOnce(part.slice(0, equals).replace(IGNORED, "").replaceAll("+", " "));
}

function maskFragment(fragment: string, mask: string): string {
  return fragment.replace(PAIR_IN_FRAGMENT, (pair, name: string, value: string) =>
    value === "" ? pair : `${name}=${mask}`,
  );
}
