import { KEY } from "../payload/json/key-codes.ts";
import type { JsonText } from "../payload/json/json-text.ts";
import { TOKEN } from "../payload/json/tape.ts";
import { MASK, isMasked } from "./mask.ts";
import { maskCards } from "./card.ts";
import { markElement } from "./rules/element.ts";
import { markNamedSecrets, markSecretPair } from "./rules/named-secrets.ts";
import { scrubString } from "./scrub-string.ts";
import type { ScrubScope } from "./scrub-scope.ts";
import { scrubText } from "./scrub-text.ts";
import type { Splices } from "./splices.ts";

const TAG_NAME = 1 << KEY.TAG_NAME;
const MASK_TOKEN = Buffer.from(JSON.stringify(MASK));

/**
 * Adds to `splices` what is to be masked in a JSON value: first the rules that go by structure mark values, then
 * every value and key is dealt with in the order of the text. `exempt` is a number that is never a secret.
 */
export function scrubValue(json: JsonText, scope: ScrubScope, splices: Splices, exempt?: number): void {
  markByStructure(json, scope);
  const { tape } = json;
  let maskedUntil = 0;
  for (let at = 0; at < tape.length; at++) {
    const kind = tape.kind(at);
    const isMarked = kind !== TOKEN.KEY && tape.isMarked(at);
    if (kind <= TOKEN.ARRAY) {
      if (isMarked) maskedUntil = Math.max(maskedUntil, tape.end(at));
    } else if (at === exempt) {
      continue;
    } else if (isMarked || (at < maskedUntil && (kind === TOKEN.STRING || kind === TOKEN.NUMBER))) {
      maskWhole(json, at, splices);
    } else if (tape.isSuspect(at) || (scope.everyString && kind !== TOKEN.NUMBER)) {
      scrubToken(json, at, scope, splices);
    }
  }
}

function markByStructure(json: JsonText, scope: ScrubScope): void {
  const { tape } = json;
  let textsDone = 0;
  for (let at = 0; at < tape.length; at++) {
    const kind = tape.kind(at);
    if (kind === TOKEN.OBJECT) {
      const codes = json.codes(at);
      markNamedSecrets(json, at, codes);
      if ((codes & TAG_NAME) !== 0) textsDone = markElement(json, at, scope.policy, textsDone);
    } else if (kind === TOKEN.ARRAY && tape.isStringPair(at)) markSecretPair(json, at);
  }
}

function maskWhole(json: JsonText, at: number, splices: Splices): void {
  const text = json.string(at);
  if (text !== undefined && isMasked(text)) return;
  splices.add(json.tape.start(at), json.tape.end(at), MASK_TOKEN, 1);
}

function scrubToken(json: JsonText, at: number, scope: ScrubScope, splices: Splices): void {
  const { bytes, tape } = json;
  const start = tape.start(at);
  if (tape.kind(at) === TOKEN.NUMBER) {
    const digits = bytes.toString("latin1", start, tape.end(at));
    if (maskCards(digits) !== digits) splices.add(start, tape.end(at), MASK_TOKEN, 1);
    return;
  }
  const text = json.string(at);
  if (text === undefined) return;
  const isKey = tape.kind(at) === TOKEN.KEY;
  const scrubbed = isKey ? { text: scrubText(text, scope.policy), masked: 1 } : scrubString(text, scope);
  if (scrubbed.text === text) return;
  splices.add(start, json.stringEnd(at), Buffer.from(JSON.stringify(scrubbed.text)), scrubbed.masked);
}
