import { maskAssignments } from "./assignments.ts";
import { maskCards } from "./card.ts";
import { maskEmails } from "./email.ts";
import { MASK } from "./mask.ts";
import type { ScrubPolicy } from "./policy.ts";
import { maskTokens } from "./token-patterns.ts";

const MAX_ROUNDS = 4;
const ASCII_ESCAPE = /\\u00([2-7][0-9a-f])/gi;

/**
 * A decoded text with every secret in it masked; the same text where there is none. Masking again changes nothing: a
 * text that does not come to rest is masked whole, and so is one whose secret shows only when escapes that stand in it
 * as text (`\u0040`, left by a second encoding) are undone.
 */
export function scrubText(text: string, policy: ScrubPolicy): string {
  let now = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = maskOnce(now, policy);
    if (next === now) return hidesSecret(now, policy) ? MASK : now;
    now = next;
  }
  return MASK;
}

function maskOnce(text: string, policy: ScrubPolicy): string {
  const masked = maskCards(maskAssignments(maskTokens(text)));
  return policy.maskEmails ? maskEmails(masked) : masked;
}

function hidesSecret(text: string, policy: ScrubPolicy): boolean {
  if (!text.includes("\\u00")) return false;
  const shown = text.replace(ASCII_ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return maskOnce(shown, policy) !== shown;
}
