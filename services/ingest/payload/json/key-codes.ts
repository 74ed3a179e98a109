import { isSecretName } from "../../scrub/secret-names.ts";

/**
 * What a key means to the checks and to the scrubber. A code stands for the decoded key, so `"t\u0079pe"` is TYPE.
 * LABEL are the keys that name what a `value` or `content` beside them holds, FIELD_VALUE those that hold the same as
 * the `value` of a form's field, ADDRESS those that hold an address as `href` and `url` do.
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
  FIELD_VALUE: 24,
  HEADERS: 25,
  VISITOR: 26,
  ADDRESS: 27,
  EDITABLE: 28,
  TEXTS: 29,
  REMOVES: 30,
  SELECTED: 31,
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
  ["autocomplete", KEY.LABEL],
  ["placeholder", KEY.LABEL],
  ["aria-label", KEY.LABEL],
  ["label", KEY.LABEL],
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
  ["headers", KEY.HEADERS],
  ["requestHeaders", KEY.HEADERS],
  ["responseHeaders", KEY.HEADERS],
  ["request_headers", KEY.HEADERS],
  ["response_headers", KEY.HEADERS],
  ["visitor", KEY.VISITOR],
  ["src", KEY.ADDRESS],
  ["rr_src", KEY.ADDRESS],
  ["action", KEY.ADDRESS],
  ["formaction", KEY.ADDRESS],
  ["xlink:href", KEY.ADDRESS],
  ["poster", KEY.ADDRESS],
  ["ping", KEY.ADDRESS],
  ["cite", KEY.ADDRESS],
  ["data-href", KEY.ADDRESS],
  ["data-url", KEY.ADDRESS],
  ["data-src", KEY.ADDRESS],
  ["contenteditable", KEY.EDITABLE],
  ["contentEditable", KEY.EDITABLE],
  ["texts", KEY.TEXTS],
  ["removes", KEY.REMOVES],
  ["selected", KEY.SELECTED],
]);

// `data-value`, `data-initial-value`, `aria-valuetext`, `defaultValue`: what frameworks keep of a field's value.
const FIELD_VALUE =
  /^(?:data-(?:[\w-]*-)?value|aria-value(?:text|now)|(?:default|initial|model)-?value|ng-reflect-(?:value|model))$/i;

const MAX_FIELD_VALUE_CHARS = 60;

/** Code of a decoded key. */
export function codeOfKey(key: string): number {
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  if (isSecretName(key)) return KEY.SECRET;
  return key.length <= MAX_FIELD_VALUE_CHARS && FIELD_VALUE.test(key) ? KEY.FIELD_VALUE : KEY.OTHER;
}
