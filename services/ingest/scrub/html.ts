import { MASK, isMasked } from "./mask.ts";
import type { ScrubPolicy } from "./policy.ts";
import { isSecretName } from "./secret-names.ts";

/*
 * HTML within a string (`srcdoc`, `innerHTML` in what a console recorded, a template): read tag by tag, as far as it
 * takes to find what a user entered and what a name calls a secret. What is no valid HTML is read as well as it can be.
 */

const MAY_HOLD_VALUES = /<(?:input|textarea|select|option|meta)\b|contenteditable/i;
const TAG = /<([a-z][\w:-]*)((?:"[^"]*"|'[^']*'|[^"'>]+)*)>?/gi;
// A name is read from its beginning only, and the backslashes that end a value from their first, or a long run of either
// would be read again from each of its characters.
const ATTRIBUTE =
  /(?<![^\s"'<>/=\\])([^\s"'<>/=\\]+)(\s*=\s*)(?:(\\*")([^"]*?)((?<!\\)\\*")|(\\*')([^']*?)((?<!\\)\\*')|([^\s"'>`\\]+))/g;
const EDITABLE = /(?:^|[\s"'/])contenteditable(?!\s*=\s*\\*["']?false)(?=[\s=/>]|$)/i;
const SELECTED = /(?:^|[\s"'/])selected(?=[\s=/>]|$)/i;

const OPTION_END = /<\/?(?:option|select|optgroup)(?=[\s/>]|$)/gi;

const VALUE_TAGS: ReadonlySet<string> = new Set(["input", "textarea", "select", "option"]);
const LABELS: ReadonlySet<string> = new Set(
  "id name key property http-equiv autocomplete placeholder aria-label label".split(" "),
);
const VALUE_NAME = /^(?:value|data-(?:[\w-]*-)?value|aria-value(?:text|now))$/i;
const PLAIN_TYPE = /^(?:button|submit|reset|image|checkbox|radio)$/i;
const SECRET_TYPE = /^(?:hidden|password)$/i;

/** Masks, in a text that holds HTML, what the same elements hold that are masked in a snapshot (rules/element.ts). */
export function maskHtml(text: string, policy: ScrubPolicy): string {
  if (!text.includes("<") || !MAY_HOLD_VALUES.test(text)) return text;
  let masked = "";
  let copied = 0;
  TAG.lastIndex = 0;
  for (let tag = TAG.exec(text); tag !== null; tag = TAG.exec(text)) {
    const [whole, name = "", attributes = ""] = tag;
    const element = readElement(name.toLowerCase(), attributes, policy);
    masked += text.slice(copied, tag.index) + whole.replace(attributes, () => maskValues(attributes, element));
    copied = TAG.lastIndex;
    if (!element.hasTypedText) continue;
    const end = contentEnd(text, copied, name, element.isNested);
    const content = text.slice(copied, end);
    masked += hasText(content) ? MASK : content;
    copied = end;
    TAG.lastIndex = end;
  }
  return masked + text.slice(copied);
}

interface Element {
  /** Its value is what a user entered, or a secret. */
  readonly masksValue: boolean;
  /** What is written between its tags is. */
  readonly hasTypedText: boolean;
  /** Elements of the same name may lie in it. */
  readonly isNested: boolean;
  /** It is called a secret: what it says as `content` is one. */
  readonly isSecret: boolean;
}

function readElement(name: string, attributes: string, { plainInputs }: ScrubPolicy): Element {
  const pairs = [...attributes.matchAll(ATTRIBUTE)].map((pair) => ({
    name: pair[1]?.toLowerCase() ?? "",
    value: pair[4] ?? pair[7] ?? pair[9] ?? "",
  }));
  const types = pairs.filter((pair) => pair.name === "type").map(({ value }) => value.trim());
  const isField = VALUE_TAGS.has(name);
  const isSecret =
    pairs.some((pair) => LABELS.has(pair.name) && isSecretName(pair.value)) ||
    (isField && types.some((type) => SECRET_TYPE.test(type)));
  const isPlain = name === "input" && types.length > 0 && types.every((type) => PLAIN_TYPE.test(type));
  const isEditable = !plainInputs && EDITABLE.test(attributes);
  const isChosen = name === "option" && SELECTED.test(attributes);
  return {
    masksValue: isSecret || (isField && !plainInputs && !isPlain),
    hasTypedText: isEditable || (isField && isSecret) || (!plainInputs && (name === "textarea" || isChosen)),
    isNested: isEditable,
    isSecret,
  };
}

function maskValues(attributes: string, { masksValue, isSecret }: Element): string {
  if (!masksValue) return attributes;
  return attributes.replace(
    ATTRIBUTE,
    (pair: string, name: string, equals: string, ...rest: (string | undefined)[]) => {
      const isValue = VALUE_NAME.test(name) || (isSecret && /^content$/i.test(name));
      const value = rest[1] ?? rest[4] ?? rest[6] ?? "";
      if (!isValue || isMasked(value)) return pair;
      return `${name}${equals}${rest[0] ?? rest[3] ?? ""}${MASK}${rest[2] ?? rest[5] ?? ""}`;
    },
  );
}

/** Where an element's content ends: before its closing tag; at the end of the text where that is missing. */
function contentEnd(text: string, from: number, name: string, isNested: boolean): number {
  if (/^(?:input|meta)$/i.test(name)) return from;
  if (/^option$/i.test(name)) return optionEnd(text, from);
  const ending = new RegExp(`<(/?)${name}(?=[\\s/>]|$)`, "gi");
  ending.lastIndex = from;
  let open = 1;
  for (let tag = ending.exec(text); tag !== null; tag = ending.exec(text)) {
    if (tag[1] === "/") open -= 1;
    else if (isNested) open += 1;
    if (open === 0) return tag.index;
  }
  return text.length;
}

// The closing tag of an option may be left out.
function optionEnd(text: string, from: number): number {
  OPTION_END.lastIndex = from;
  return OPTION_END.exec(text)?.index ?? text.length;
}

function hasText(html: string): boolean {
  // Behind the last `>` no tag ends, and looking for its end from every `<` would take long.
  const tagsEnd = html.lastIndexOf(">") + 1;
  const text = html.slice(0, tagsEnd).replaceAll(/<[^>]*>/g, "") + html.slice(tagsEnd);
  return !isMasked(text.trim());
}
