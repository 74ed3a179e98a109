import { maskParams } from "@gigtrail/upwork/mask-params";
import { KEY } from "../payload/json/key-codes.ts";
import { MASK } from "./mask.ts";

const ADDRESS_KEYS: ReadonlySet<number> = new Set([KEY.HREF, KEY.URL, KEY.ADDRESS]);
const WRAPPER = "(?:(?:view-source|blob|filesystem):)*";
const OF_UPWORK = new RegExp(
  `^\\s*${WRAPPER}(?:https?:)?[\\\\/]{0,2}(?:[a-z0-9-]+\\.)*upwork\\.com\\.*(?=[:/\\\\?#])`,
  "i",
);
const PATH = /^\s*[\\/](?![\\/])/;

/**
 * A text that is an address, with the parameters masked that may say who the user is or where he came from: in an
 * address of a page all that the page-kind table does not list, on whatever site; elsewhere the same for every address
 * of Upwork, and for a path alone under a key that holds addresses. Resources of other sites keep what they need to be
 * found. Every other text stays as it is.
 */
export function maskAddress(text: string, key: number, isPage: boolean): string {
  if (!text.includes("=") || !/[?#]/.test(text)) return text;
  if (isPage) return maskParams(text, MASK);
  const isAddress = isAddressKey(key) ? OF_UPWORK.test(text) || PATH.test(text) : isAddressOfUpwork(text);
  return isAddress ? maskParams(text, MASK) : text;
}

/** Whether the value of a key of this code is an address. */
export function isAddressKey(key: number): boolean {
  return ADDRESS_KEYS.has(key);
}

// A sentence may begin with an address.
function isAddressOfUpwork(text: string): boolean {
  return OF_UPWORK.test(text) && !/\s/.test(text.trim());
}
