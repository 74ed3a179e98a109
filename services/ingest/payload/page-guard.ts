import { parseAddress } from "@gigtrail/upwork/address";
import { neverKindOf } from "@gigtrail/upwork/never-kind";
import { EVENT_TYPE, type EventHead } from "./event-head.ts";
import { KEY } from "./json/key-codes.ts";
import type { JsonText } from "./json/json-text.ts";
import { TOKEN } from "./json/tape.ts";

const NAV_TAG = "gt.nav";
/** Codes of the attributes that can say that an element names the page. */
const PAGE_NAMES = (1 << KEY.REL) | (1 << KEY.LABEL);

/**
 * What an event says of the page that it comes from:
 * - `recorded`: a page that may be recorded begins here
 * - `never`: from here on the recording is on a page that is never recorded
 * - `own_never`: this event alone is about such a page
 * - `nothing`
 */
export type PageWord = "recorded" | "never" | "own_never" | "nothing";

/**
 * Reads which page an event names. Only a Meta event or a `gt.nav` begins a page that may be recorded. A FullSnapshot's
 * address (its own `href`, or what the page calls its canonical address) can only forbid: a page may call anything its
 * canonical address, and the Meta before it knew better. A custom event's or a plugin's own address is about that event
 * alone. What is no address says nothing. Links do not count: every page of Upwork links to the tax and payout pages.
 */
export function pageWord(event: JsonText, head: EventHead): PageWord {
  const { data } = head;
  if (data === undefined) return "nothing";
  switch (head.type) {
    case EVENT_TYPE.META:
      return beginning(event.strings(data, KEY.HREF));
    case EVENT_TYPE.FULL_SNAPSHOT:
      return [...event.strings(data, KEY.HREF), ...canonicalAddresses(event, data)].some(isNever) ? "never" : "nothing";
    case EVENT_TYPE.CUSTOM: {
      const payloads = event.members(data, KEY.PAYLOAD);
      if (head.tag === NAV_TAG) return beginning(payloads.flatMap((payload) => event.strings(payload, KEY.URL)));
      return [data, ...payloads].some((object) => ownAddresses(event, object).some(isNever)) ? "own_never" : "nothing";
    }
    case EVENT_TYPE.PLUGIN:
      return addressesWithin(event, data).some(isNever) ? "own_never" : "nothing";
    default:
      return "nothing";
  }
}

// Of several equal keys each counts: readers differ on which of them holds.
function beginning(addresses: readonly string[]): PageWord {
  if (addresses.some(isNever)) return "never";
  return addresses.some((address) => parseAddress(address).url !== undefined) ? "recorded" : "nothing";
}

function isNever(address: string): boolean {
  return neverKindOf(parseAddress(address)) !== undefined;
}

function ownAddresses(event: JsonText, object: number): string[] {
  return [...event.strings(object, KEY.URL), ...event.strings(object, KEY.HREF)];
}

// A network plugin lists its requests with their addresses under `name` or `url`.
function addressesWithin(event: JsonText, data: number): string[] {
  const { tape } = event;
  const found: string[] = [];
  for (let at = data; at < tape.after(data); at++) {
    if (tape.kind(at) !== TOKEN.KEY) continue;
    const code = tape.end(at);
    if (code === KEY.URL || code === KEY.HREF || code === KEY.LABEL) found.push(event.string(at + 1) ?? "");
  }
  return found;
}

function canonicalAddresses(event: JsonText, data: number): string[] {
  const found: string[] = [];
  const end = event.tape.after(data);
  for (let at = data; at < end; at++) {
    if (event.tape.kind(at) === TOKEN.KEY && event.tape.end(at) === KEY.ATTRIBUTES) {
      found.push(...canonicalAddress(event, at + 1));
    }
  }
  return found;
}

// <link rel="canonical" href="…"> and <meta property="og:url" content="…">.
function canonicalAddress(event: JsonText, attributes: number): string[] {
  if ((event.codes(attributes) & PAGE_NAMES) === 0) return [];
  if (event.strings(attributes, KEY.REL).some((rel) => /(?:^|\s)canonical(?:\s|$)/i.test(rel))) {
    return event.strings(attributes, KEY.HREF);
  }
  if (event.strings(attributes, KEY.LABEL).includes("og:url")) return event.strings(attributes, KEY.CONTENT);
  return [];
}
