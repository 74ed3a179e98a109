import { isSecretName } from "../../scrub/secret-names.ts";

/**
 * What a key means to the checks and to the scrubber. A code stands for the decoded key, so `"t\u0079pe"` is TYPE.
 * LABEL are the keys that name what a `value` or `content` beside them holds.
 */
export const KEY = {
  OTHER: 0,
  SECRET: 1,
  TYPE: 2,
  TIMESTAMP: 3,
  DATA: 4,
  SOURCE: 5,
  TEXT: 6,
  VALUE: 7,
  CHECKED: 8,
  TAG_NAME: 9,
  ATTRIBUTES: 10,
  CHILD_NODES: 11,
  TEXT_CONTENT: 12,
  LABEL: 13,
  CONTENT: 14,
  TAG: 15,
  PAYLOAD: 16,
  URL: 17,
  HREF: 18,
  REL: 19,
  ADDS: 20,
  NODE: 21,
  PARENT_ID: 22,
  ID: 23,
} as const;

const KNOWN: ReadonlyMap<string, number> = new Map([
  ["type", KEY.TYPE],
  ["timestamp", KEY.TIMESTAMP],
  ["data", KEY.DATA],
  ["source", KEY.SOURCE],
  ["text", KEY.TEXT],
  ["value", KEY.VALUE],
  ["checked", KEY.CHECKED],
  ["tagName", KEY.TAG_NAME],
  ["attributes", KEY.ATTRIBUTES],
  ["childNodes", KEY.CHILD_NODES],
  ["textContent", KEY.TEXT_CONTENT],
  ["name", KEY.LABEL],
  ["key", KEY.LABEL],
  ["header", KEY.LABEL],
  ["property", KEY.LABEL],
  ["http-equiv", KEY.LABEL],
  ["content", KEY.CONTENT],
  ["tag", KEY.TAG],
  ["payload", KEY.PAYLOAD],
  ["url", KEY.URL],
  ["href", KEY.HREF],
  ["rel", KEY.REL],
  ["adds", KEY.ADDS],
  ["node", KEY.NODE],
  ["parentId", KEY.PARENT_ID],
  ["id", KEY.ID],
]);

/** Keys after which an event is read once more, for the rules that go by structure. */
const TELLING: ReadonlySet<number> = new Set([KEY.SECRET, KEY.TEXT, KEY.VALUE, KEY.CHECKED, KEY.TAG_NAME, KEY.CONTENT]);

/** Whether a key of this code can make a rule of structure apply. */
export const IS_TELLING = Uint8Array.from({ length: 32 }, (_, code) => Number(TELLING.has(code)));

/** Code of a decoded key. */
export function codeOfKey(key: string): number {
  return KNOWN.get(key) ?? (isSecretName(key) ? KEY.SECRET : KEY.OTHER);
}
