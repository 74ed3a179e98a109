import { randomInt } from "node:crypto";

/** Consonants alone (RFC 8628 §6.1): nothing that looks like something else, and no words. */
export const USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
/** Letters of a code: 20^8 codes, of which a person may try 5 in 10 minutes. */
const LETTERS = 8;

/** A new random user code, without its hyphen. */
export function newUserCode(): string {
  return Array.from({ length: LETTERS }, () => USER_CODE_LETTERS.charAt(randomInt(USER_CODE_LETTERS.length))).join("");
}

/** A user code as it is shown: XXXX-XXXX. */
export function showUserCode(code: string): string {
  return `${code.slice(0, LETTERS / 2)}-${code.slice(LETTERS / 2)}`;
}

/** What a person entered as a user code: case, spaces and hyphens of any kind do not matter. */
export function readUserCode(entered: string): string {
  return entered.replaceAll(/[\s\p{Dash}]/gu, "").toUpperCase();
}
