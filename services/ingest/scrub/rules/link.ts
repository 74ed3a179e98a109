import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";
import { TOKEN } from "../../payload/json/tape.ts";

const LINK_TAGS: ReadonlySet<string> = new Set(["a", "area", "form"]);
const LINK_TAG_BYTES: ReadonlySet<number> = new Set([...LINK_TAGS].map((tag) => tag.length));
const QUOTES_BYTES = 2;
const LETTER_A = 0x61;
const LETTER_F = 0x66;

/** Adds the addresses that the element leads to, if it is a link or a form: pages, not resources of this one. */
export function addLinkAddresses(json: JsonText, element: number, found: Set<number>): void {
  if (!json.members(element, KEY.TAG_NAME).some((tag) => isLinkTag(json, tag))) return;
  for (const attributes of json.members(element, KEY.ATTRIBUTES)) {
    for (const address of json.members(attributes, KEY.HREF)) found.add(address);
    for (const address of json.members(attributes, KEY.ADDRESS)) found.add(address);
  }
}

function isLinkTag(json: JsonText, tag: number): boolean {
  const { tape } = json;
  if (tape.kind(tag) !== TOKEN.STRING) return false;
  if (!tape.isSuspect(tag)) {
    const first = (json.bytes[tape.start(tag) + 1] ?? 0) | 0x20;
    if (first !== LETTER_A && first !== LETTER_F) return false;
    if (!LINK_TAG_BYTES.has(tape.end(tag) - tape.start(tag) - QUOTES_BYTES)) return false;
  }
  return LINK_TAGS.has(json.string(tag)?.toLowerCase() ?? "");
}
