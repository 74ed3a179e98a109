import { MASK } from "./mask.ts";

interface Brand {
  readonly prefix: RegExp;
  readonly lengths: readonly number[];
}

// Issuer ranges after ISO/IEC 7812 as the brands publish them. Lengths of 17 and 18 digits, which only UnionPay and
// Maestro may use and hardly do, are left out: 18 digits is how long Upwork's ids are.
const BRANDS: readonly Brand[] = [
  { prefix: /^4/, lengths: [13, 16, 19] }, // Visa
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] }, // Mastercard
  { prefix: /^3[47]/, lengths: [15] }, // American Express
  { prefix: /^(?:30[0-5]|3095|36|3[89])/, lengths: [14, 16] }, // Diners Club
  { prefix: /^(?:6011|64[4-9]|65)/, lengths: [16, 19] }, // Discover
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16, 19] }, // JCB
  { prefix: /^62/, lengths: [16, 19] }, // UnionPay
  { prefix: /^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, lengths: [16, 19] }, // Maestro
  { prefix: /^220[0-4]/, lengths: [16] }, // Mir
];

const SEPARATOR = "[ \u00a0\u2007\u2009\u202f\u2010\u2011\u2013\u2014.+_/-]{1,3}";

/** What stands in every text that holds a card: the source of a pattern. */
export const CARD_START = String.raw`\d{13}|\d{4}${SEPARATOR}\d{4}`;

// How cards are printed, with one separator throughout, up to three signs of it: 4-4-4-4 with or without 3 more, 4-4-4-1, 4-6-5
// and 4-6-4. Longer ones first: a CVC behind the number looks like its end.
const GROUPINGS = ["4 4 4 3", "4 4 4", "4 4 1", "6 5", "6 4"].map((groups) => {
  const rest = groups.replace(/\d/g, "\\d{$&}").replaceAll(" ", "\\1");
  return new RegExp(`\\d{4}(${SEPARATOR})${rest}(?!\\d)`, "y");
});
const MIN_DIGITS = 13;
const MAX_DIGITS = 19;
const FIRST_GROUP_DIGITS = 4;
const RUN = /[0-9]{4,}/g;

/** Whether these digits are a payment card's: a brand's prefix, a length of that brand, a right check digit. */
export function isCard(digits: string): boolean {
  return BRANDS.some((brand) => brand.lengths.includes(digits.length) && brand.prefix.test(digits)) && luhn(digits);
}

/**
 * Masks payment cards in a text, written in one run or in the usual groups with one kind of separator. Digits on
 * either side, and the fraction of a decimal number, make it another number. The check digit alone would hit one id
 * of Upwork's in ten; brand and length leave none (tests/scrub/upwork-ids.test.ts).
 */
export function maskCards(text: string): string {
  let masked = "";
  let copied = 0;
  RUN.lastIndex = 0;
  for (let run = RUN.exec(text); run !== null; run = RUN.exec(text)) {
    const end = cardEnd(text, run.index, run[0].length);
    if (end === undefined) continue;
    masked += text.slice(copied, run.index) + MASK;
    copied = end;
    RUN.lastIndex = end;
  }
  return copied === 0 ? text : masked + text.slice(copied);
}

/** Offset behind the card that starts with this run of digits. */
function cardEnd(text: string, start: number, length: number): number | undefined {
  if (length >= MIN_DIGITS) {
    if (length > MAX_DIGITS || isFraction(text, start) || hasFraction(text, start + length)) return undefined;
    return isCard(text.slice(start, start + length)) ? start + length : undefined;
  }
  return length === FIRST_GROUP_DIGITS ? groupedEnd(text, start) : undefined;
}

function groupedEnd(text: string, start: number): number | undefined {
  for (const grouping of GROUPINGS) {
    grouping.lastIndex = start;
    const groups = grouping.exec(text)?.[0];
    if (groups !== undefined && isCard(groups.replace(/\D/g, ""))) return start + groups.length;
  }
  return undefined;
}

// ".4111…" is a fraction, also without its zero as in the paths of SVG; "no.4111…" is not.
function isFraction(text: string, start: number): boolean {
  return text[start - 1] === "." && !/[a-z]{2}\.$/i.test(text.slice(Math.max(0, start - 3), start));
}

function hasFraction(text: string, end: number): boolean {
  return text[end] === "." && /^[0-9]/.test(text.slice(end + 1, end + 2));
}

/** Check digit after ISO/IEC 7812-1, Annex B. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
