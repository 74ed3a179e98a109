import { refusal } from "@gigtrail/platform/errors";
import { COMMON_WORDS } from "./common-words.ts";

/** Least and greatest length of a password, in characters (code points), as the contract states them. */
export const MIN_PASSWORD_CHARS = 12;
export const MAX_PASSWORD_CHARS = 256;
/** Different characters that a password must have at least. */
const MIN_DIFFERENT_CHARS = 5;
/** Characters that must be left without common words and parts of the address. */
const MIN_UNCOMMON_CHARS = 8;
/** Steps that must not simply go on from the character before, as `abc`, `321` and `zzz` do. */
const MIN_UNFORESEEN_STEPS = 4;
/** Shorter parts of an address occur in other words. */
const MIN_ADDRESS_PART_CHARS = 3;

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "l",
  "|": "l",
  "€": "e",
};

/** Years, and counting: what is put behind a word first. */
const COMMON_NUMBERS = /(?:19|20)\d\d|0?123[0-9]*|007/g;

const WORDS_LONGEST_FIRST = COMMON_WORDS.map(plain).sort((one, other) => other.length - one.length);

const ADVICE = `Choose a password of at least ${MIN_PASSWORD_CHARS} characters that is no common one and not your address.`;

/** Throws `password_too_weak` for a password that is among the first to be guessed for this address. */
export function assertStrongPassword(password: string, email: string): void {
  if (isWeakPassword(password, email)) throw refusal("password_too_weak", { message: ADVICE });
}

/**
 * Whether a password is too short or long, monotonous, or made of common words or of the address that it is for.
 * There are no rules on kinds of characters, which make passwords harder to remember, not to guess (NIST SP 800-63B).
 */
export function isWeakPassword(password: string, email: string): boolean {
  const chars = [...password.normalize("NFKC").toLowerCase()];
  if (chars.length < MIN_PASSWORD_CHARS || [...password].length > MAX_PASSWORD_CHARS) return true;
  if (new Set(chars).size < MIN_DIFFERENT_CHARS) return true;
  if (unforeseenSteps(chars) < MIN_UNFORESEEN_STEPS || isRepetition(chars)) return true;
  return uncommonChars(chars.join(""), email) < MIN_UNCOMMON_CHARS;
}

/** Steps from one character to the next that are not the same, the next or the previous one. */
function unforeseenSteps(chars: readonly string[]): number {
  const codes = chars.map((char) => char.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => Math.abs(code - (codes[index] ?? 0)));
  // From 9 on to 0 is a step on, too.
  return steps.filter((step) => step > 1 && step !== 9).length;
}

/** Whether the text is a shorter one, three times or more. */
function isRepetition(chars: readonly string[]): boolean {
  for (let period = 1; period * 3 <= chars.length; period += 1) {
    if (chars.every((char, index) => index < period || char === chars[index - period])) return true;
  }
  return false;
}

/** Letters and digits that are left of a password without common words and the parts of the address. */
function uncommonChars(password: string, email: string): number {
  const words = [...partsOf(email), ...WORDS_LONGEST_FIRST];
  // A number can be part of a word, so both are tried.
  const left = [password, password.replaceAll(COMMON_NUMBERS, "")].map((text) => {
    const rest = words.reduce((remaining, word) => remaining.replaceAll(word, " "), plain(text));
    return [...rest.replaceAll(" ", "")].length;
  });
  return Math.min(...left);
}

/** The address and its parts, the longest first. */
function partsOf(email: string): string[] {
  const whole = plain(email.toLowerCase());
  const parts = [...email.toLowerCase().split(/[@.+_-]/), ...email.toLowerCase().split("@")].map(plain);
  const long = parts.filter((part) => part.length >= MIN_ADDRESS_PART_CHARS);
  return [whole, ...long].sort((one, other) => other.length - one.length).filter((part) => part !== "");
}

/** Letters for the digits and signs that are used in their place, and nothing between them. */
function plain(text: string): string {
  const letters = [...text].map((char) => LOOK_ALIKES[char] ?? char).join("");
  return letters.replaceAll(/[^\p{L}\p{N}]/gu, "");
}
