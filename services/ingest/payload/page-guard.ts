import { mayRecord } from "@gigtrail/upwork/may-record";
import { EVENT_TYPE, type EventHead } from "./event-head.ts";
import { KEY } from "./json/key-codes.ts";
import type { JsonText } from "./json/json-text.ts";
import { TOKEN } from "./json/tape.ts";

const NAV_TAG = "gt.nav";

/**
 * Whether the event comes from a page that is never recorded: by the address of a Meta event, of a `gt.nav`, or of a
 * FullSnapshot (its own `href`, or what the page calls its canonical address). Links do not count: every page of
 * Upwork links to the tax and payout pages.
 */
export function isFromNeverPage(event: JsonText, head: EventHead): boolean {
  return addressesOf(event, head).some((address) => !mayRecord(address));
}

function addressesOf(event: JsonText, head: EventHead): string[] {
  const { data } = head;
  if (data === undefined) return [];
  switch (head.type) {
    case EVENT_TYPE.META:
      return event.strings(data, KEY.HREF);
    case EVENT_TYPE.CUSTOM:
      if (head.tag !== NAV_TAG) return [];
      return event.members(data, KEY.PAYLOAD).flatMap((payload) => event.strings(payload, KEY.URL));
    case EVENT_TYPE.FULL_SNAPSHOT:
      return [...event.strings(data, KEY.HREF), ...canonicalAddresses(event, data)];
    default:
      return [];
  }
}

function canonicalAddresses(event: JsonText, data: number): string[] {
  const found: string[] = [];
  for (let at = data; at < event.tape.after(data); at++) {
    if (event.tape.kind(at) === TOKEN.KEY && event.tape.end(at) === KEY.ATTRIBUTES) {
      found.push(...canonicalAddress(event, at + 1));
    }
  }
  return found;
}

// <link rel="canonical" href="…"> and <meta property="og:url" content="…">.
function canonicalAddress(event: JsonText, attributes: number): string[] {
  if (event.strings(attributes, KEY.REL).some((rel) => /(?:^|\s)canonical(?:\s|$)/i.test(rel))) {
    return event.strings(attributes, KEY.HREF);
  }
  if (event.strings(attributes, KEY.LABEL).includes("og:url")) return event.strings(attributes, KEY.CONTENT);
  return [];
}
