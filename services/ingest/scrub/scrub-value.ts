import { KEY } from "../payload/json/key-codes.ts";
import type { JsonText } from "../payload/json/json-text.ts";
import { TOKEN } from "../payload/json/tape.ts";
import { MASK, isMasked } from "./mask.ts";
import { isAddressKey, maskAddress } from "./address.ts";
import { maskCards } from "./card.ts";
import { KnownClean, MIN_KNOWN_BYTES } from "./known-clean.ts";
import { markElement } from "./rules/element.ts";
import { addLinkAddresses } from "./rules/link.ts";
import { NAMING_CODES, markNamedSecrets, markSecretPair } from "./rules/named-secrets.ts";
import { markVisitor } from "./rules/visitor.ts";
import { scrubString } from "./scrub-string.ts";
import type { ScrubScope } from "./scrub-scope.ts";
import { scrubText } from "./scrub-text.ts";
import type { Splices } from "./splices.ts";

const TAG_NAME = 1 << KEY.TAG_NAME;
const VISITOR = 1 << KEY.VISITOR;
const knownClean = new KnownClean();
const MASK_TOKEN = Buffer.from(JSON.stringify(MASK));

/** What is known of single values of an event. */
export interface KnownValues {
  /** A number that is never a secret. */
  readonly exempt?: number | undefined;
  /** Addresses of pages, whatever their site. */
  readonly pageAddresses?: readonly number[] | undefined;
}

/**
 * Adds to `splices` what is to be masked in a JSON value: first the rules that go by structure mark values, then
 * every value and key is dealt with in the order of the text.
 */
export function scrubValue(json: JsonText, scope: ScrubScope, splices: Splices, known: KnownValues = {}): void {
  const pages = new Set(known.pageAddresses);
  markByStructure(json, scope, pages);
  const { tape } = json;
  let maskedUntil = 0;
  for (let at = 0; at < tape.length; at++) {
    const kind = tape.kind(at);
    const isMarked = kind !== TOKEN.KEY && tape.isMarked(at);
    if (kind <= TOKEN.ARRAY) {
      if (isMarked) maskedUntil = Math.max(maskedUntil, tape.end(at));
    } else if (at === known.exempt) {
      continue;
    } else if (isMarked || (at < maskedUntil && (kind === TOKEN.STRING || kind === TOKEN.NUMBER))) {
      maskWhole(json, at, splices);
    } else if (tape.isSuspect(at)) {
      if (kind === TOKEN.STRING) scrubStringAt(json, at, scope, splices, pages);
      else scrubNumberOrKey(json, at, scope, splices);
    }
  }
}

function markByStructure(json: JsonText, scope: ScrubScope, pages: Set<number>): void {
  const { tape } = json;
  let contentsDone = 0;
  let visitorsDone = 0;
  for (let at = 0; at < tape.length; at++) {
    const kind = tape.kind(at);
    if (kind > TOKEN.ARRAY || !tape.isSuspect(at)) continue;
    if (kind === TOKEN.OBJECT) {
      const codes = json.codes(at);
      if ((codes & NAMING_CODES) !== 0) markNamedSecrets(json, at, codes);
      if ((codes & VISITOR) !== 0) visitorsDone = markVisitor(json, at, visitorsDone);
      if ((codes & TAG_NAME) === 0) continue;
      contentsDone = markElement(json, at, scope, contentsDone);
      addLinkAddresses(json, at, pages);
    } else markSecretPair(json, at);
  }
}

function maskWhole(json: JsonText, at: number, splices: Splices): void {
  const text = json.string(at);
  if (text !== undefined && isMasked(text)) return;
  splices.add(json.tape.start(at), json.tape.end(at), MASK_TOKEN, 1);
}

function scrubStringAt(
  json: JsonText,
  at: number,
  scope: ScrubScope,
  splices: Splices,
  pages: ReadonlySet<number>,
): void {
  const { bytes, tape } = json;
  const key = at > 0 && tape.kind(at - 1) === TOKEN.KEY ? tape.end(at - 1) : KEY.OTHER;
  const isPage = pages.has(at);
  // What is masked in an address depends on where it stands, in JSON on how deep it lies.
  const isLong = tape.end(at) - tape.start(at) >= MIN_KNOWN_BYTES;
  const canBeKnown = isLong && scope.level === 0 && !isPage && !isAddressKey(key);
  const raw = canBeKnown ? bytes.subarray(tape.start(at), tape.end(at)) : undefined;
  if (raw !== undefined && knownClean.has(raw, scope.policy)) return;
  const text = json.string(at);
  if (text === undefined) return;
  const scrubbed = scrubString(maskAddress(text, key, isPage), scope);
  if (scrubbed.text !== text) {
    const masked = Math.max(1, scrubbed.masked);
    splices.add(tape.start(at), tape.end(at), Buffer.from(JSON.stringify(scrubbed.text)), masked);
  } else if (raw !== undefined) knownClean.add(raw, scope.policy);
}

function scrubNumberOrKey(json: JsonText, at: number, scope: ScrubScope, splices: Splices): void {
  const { bytes, tape } = json;
  const start = tape.start(at);
  if (tape.kind(at) === TOKEN.NUMBER) {
    const digits = bytes.toString("latin1", start, tape.end(at));
    if (maskCards(digits) !== digits) splices.add(start, tape.end(at), MASK_TOKEN, 1);
    return;
  }
  const text = json.string(at);
  if (text === undefined) return;
  const scrubbed = scrubText(text, scope.policy);
  if (scrubbed !== text) splices.add(start, json.stringEnd(at), Buffer.from(JSON.stringify(scrubbed)), 1);
}
