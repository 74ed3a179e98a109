import { parseAddress } from "./address.ts";
import { addressKindOf } from "./page-kind.ts";
import type { PageKind } from "./page-kinds.ts";
import { slugWords } from "./slug-words.ts";

/** The job that an address is about. */
export interface JobRef {
  /** The ciphertext, lower case, for example `~021950000000000000001`. */
  readonly key: string;
  /** The 19-digit id as a string, for it is over 2^53; empty where the ciphertext does not tell it (`~01…`). */
  readonly uid: string;
  /** The title's words from the slug, joined by spaces; empty where the address has no slug. */
  readonly titleWords: string;
}

const CIPHER_KINDS: ReadonlySet<PageKind> = new Set([
  "job_slider",
  "job_detail",
  "job_detail_visitor",
  "proposal_form",
]);
const UID_KINDS: ReadonlySet<PageKind> = new Set(["client_side", "attachment"]);

// ~01 and 16 hexadecimal digits (to September 2024), ~02 and the decimal uid (since), ~~ of oDesk.
const CIPHER_SEGMENT = /^(?:(.*)_)?(~~?[0-9a-f]{8,24})$/is;
const UID = /^[0-9]{18,20}$/;

/** The job that an address is about, or undefined where it is about none. Never throws. */
export function jobRefOf(url: string): JobRef | undefined {
  const address = parseAddress(url);
  const kind = addressKindOf(address);
  if (CIPHER_KINDS.has(kind)) return fromCipher(address.segments);
  if (UID_KINDS.has(kind)) return fromUid(address.segments);
  return undefined;
}

/** The uid that a job's key contains; empty for keys that are not reversible. */
export function jobUidOf(key: string): string {
  const digits = /^~02([0-9]{15,21})$/.exec(key)?.[1];
  return digits ?? "";
}

function fromCipher(segments: readonly string[]): JobRef | undefined {
  for (const segment of segments) {
    const match = CIPHER_SEGMENT.exec(segment);
    if (match?.[2] === undefined) continue;
    const key = match[2].toLowerCase();
    return { key, uid: jobUidOf(key), titleWords: slugWords(match[1] ?? "") };
  }
  return undefined;
}

function fromUid(segments: readonly string[]): JobRef | undefined {
  const uid = segments.find((segment) => UID.test(segment));
  return uid === undefined ? undefined : { key: `~02${uid}`, uid, titleWords: "" };
}
