import { type Address, parseAddress } from "./address.ts";
import { encodeSegment } from "./encode-segment.ts";
import { addressKindOf } from "./page-kind.ts";
import { PAGE_KINDS, type PageKind } from "./page-kinds.ts";
import { patternOfSegments } from "./path-pattern.ts";

/** Longest address that safeUrl gives back, in UTF-16 units; what is longer loses parameters, then path segments. */
export const MAX_SAFE_URL_CHARS = 4_096;

/** Longest value of a parameter, in UTF-16 units. Upwork's own limit for the words of a search. */
export const MAX_PARAM_CHARS = 500;

const ROWS = new Map<PageKind, (typeof PAGE_KINDS)[number]>(PAGE_KINDS.map((row) => [row.kind, row]));

/**
 * An address without what is personal or secret: no user and password, no fragment, of the query only the parameters
 * that the page-kind table lists, ids of pages that are never recorded and names of people replaced. Two addresses of
 * one page give the same text (one order of parameters, no trailing slash). Applying it again changes nothing.
 * Of addresses that are not http(s) only the scheme stays; what is no address gives an empty text. Never throws.
 */
export function safeUrl(url: string): string {
  return safeAddress(parseAddress(url));
}

/** The same for an address that is already taken apart. */
export function safeAddress(address: Address): string {
  const { url } = address;
  if (url === undefined) return "";
  if (url.protocol === "about:") return url.href === "about:blank" ? url.href : "about:";
  if (url.protocol !== "https:" && url.protocol !== "http:") return url.protocol;
  const kind = addressKindOf(address);
  const base = originOf(address, url) + safePath(kind, address.segments);
  return base + safeQuery(kind, url.searchParams, MAX_SAFE_URL_CHARS - base.length);
}

// Upwork's hosts answer with a trailing dot as well; without it they are the same page.
function originOf(address: Address, url: URL): string {
  return address.site === "external" ? url.origin : `${url.protocol}//${url.host.replace(/\.+(?=:|$)/, "")}`;
}

function safePath(kind: PageKind, segments: readonly string[]): string {
  if (kind === "attachment" || ROWS.get(kind)?.record === false) {
    return patternOfSegments(segments.map((segment, i) => (isPersonal(kind, segments, i) ? ":id" : segment))) || "/";
  }
  let path = "";
  for (const [i, segment] of segments.entries()) {
    const next = `${path}/${isPersonal(kind, segments, i) ? ":id" : encodeSegment(segment)}`;
    if (next.length > MAX_SAFE_URL_CHARS / 2) break;
    path = next;
  }
  return path || "/";
}

// A vanity address is the name of a person; an @ stands in e-mail addresses and handles.
function isPersonal(kind: PageKind, segments: readonly string[], index: number): boolean {
  if (kind !== "external" && index === 1 && segments[0]?.toLowerCase() === "fl") return true;
  return segments[index]?.includes("@") ?? false;
}

function safeQuery(kind: PageKind, params: URLSearchParams, maxChars: number): string {
  let query = "";
  for (const name of ROWS.get(kind)?.params ?? []) {
    const value = params.get(name)?.trim().slice(0, MAX_PARAM_CHARS).trim();
    if (value === undefined || value === "") continue;
    const separator = query === "" ? "?" : "&";
    const next = `${query}${separator}${new URLSearchParams([[name, value.toWellFormed()]]).toString()}`;
    if (next.length <= maxChars) query = next;
  }
  return query;
}
