import { SECRET_WORDS, maskAssignments } from "./assignments.ts";
import { CARD_START, maskCards } from "./card.ts";
import { maskDataUrls } from "./data-url.ts";
import { maskEmails } from "./email.ts";
import { maskHtml } from "./html.ts";
import { MASK } from "./mask.ts";
import type { ScrubPolicy } from "./policy.ts";
import { readingsOf } from "./readings.ts";
import { maskTokens } from "./token-patterns.ts";
import { maskVisitors } from "./visitor-address.ts";

// Something of this stands in every text in which any of the rules below finds something, or an encoding to undo. Most
// texts have none of it, and are done with one look.
const MAY_HOLD_SECRET = new RegExp(
  String.raw`[@<\\]|%[\da-f]|&[#a-z]|${CARD_START}|eyJ|oauth2v2_|bearer|;base64|visitor|${SECRET_WORDS}`,
  "i",
);

const MAX_ROUNDS = 4;
const PART_OF_ADDRESS = /[^?&#=/;\s]+/g;

/**
 * A decoded text with every secret in it masked; the same text where there is none. Masking again changes nothing: a
 * text that does not come to rest is masked whole. So is one whose secret shows only when an encoding in it is undone
 * (readings.ts), unless masking single parts of an address is enough.
 */
export function scrubText(text: string, policy: ScrubPolicy): string {
  if (!MAY_HOLD_SECRET.test(text)) return text;
  let now = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = maskOnce(now, policy);
    if (next === now) return maskHidden(now, policy);
    now = next;
  }
  return MASK;
}

function maskOnce(text: string, policy: ScrubPolicy): string {
  const tokens = maskAssignments(maskTokens(maskHtml(text, policy)));
  const masked = maskVisitors(maskCards(maskDataUrls(tokens, (content) => scrubText(content, policy))));
  return policy.maskEmails ? maskEmails(masked) : masked;
}

function maskHidden(text: string, policy: ScrubPolicy): string {
  if (!hidesSecret(text, policy)) return text;
  if (!text.includes("%")) return MASK;
  const parted = text.replace(PART_OF_ADDRESS, (part) => (hidesSecret(part, policy) ? MASK : part));
  return hidesSecret(parted, policy) || maskOnce(parted, policy) !== parted ? MASK : parted;
}

function hidesSecret(text: string, policy: ScrubPolicy): boolean {
  return readingsOf(text).some((reading) => maskOnce(reading, policy) !== reading);
}
