import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";
import { TOKEN } from "../../payload/json/tape.ts";
import type { ScrubPolicy } from "../policy.ts";
import { markValue } from "./named-secrets.ts";

const VALUE_TAGS: ReadonlySet<string> = new Set(["input", "textarea", "select", "option"]);
const VALUE_TAG_BYTES: ReadonlySet<number> = new Set([...VALUE_TAGS].map((tag) => tag.length));
const QUOTES_BYTES = 2;

// What these carry in `value` is the page's: the label of a button, what a box stands for. A hidden input holds what
// nobody is to see, often a CSRF token.
const PLAIN_INPUT_TYPES: ReadonlySet<string> = new Set(["button", "submit", "reset", "image", "checkbox", "radio"]);
const SECRET_INPUT_TYPES: ReadonlySet<string> = new Set(["hidden", "password"]);

/**
 * Marks what a form element of a snapshot or of an added node holds: its `value` and, of a textarea, its text.
 * Whichever of several tags or types an object has, each counts.
 * Texts before token `textsDone` are marked already; returns up to where they are now, so that textareas within
 * textareas cost no more than one.
 */
export function markElement(json: JsonText, object: number, policy: ScrubPolicy, textsDone: number): number {
  const tags = tagNames(json, object);
  if (!tags.some((tag) => VALUE_TAGS.has(tag))) return textsDone;
  for (const attributes of json.members(object, KEY.ATTRIBUTES)) {
    const types = json.members(attributes, KEY.TYPE).map((type) => json.string(type)?.toLowerCase() ?? "");
    if (!mustMask(tags, types, policy)) continue;
    for (const value of json.members(attributes, KEY.VALUE)) markValue(json, value);
  }
  if (!tags.includes("textarea") || policy.plainInputs) return textsDone;
  const children = json.members(object, KEY.CHILD_NODES).filter((nodes) => nodes >= textsDone);
  for (const nodes of children) markTexts(json, nodes);
  return children.reduce((done, nodes) => Math.max(done, json.tape.after(nodes)), textsDone);
}

/** Those of the tags that the object calls itself, in lower case, that can hold a value; none if it is no element. */
export function tagNames(json: JsonText, object: number): string[] {
  return json
    .members(object, KEY.TAG_NAME)
    .filter((tag) => canBeValueTag(json, tag))
    .flatMap((tag) => json.string(tag)?.toLowerCase() ?? []);
}

/** Marks the text of every node within the value. */
export function markTexts(json: JsonText, value: number): void {
  const { tape } = json;
  const end = tape.after(value);
  for (let at = value; at < end; at++) {
    if (tape.kind(at) === TOKEN.KEY && tape.end(at) === KEY.TEXT_CONTENT) markValue(json, at + 1);
  }
}

// Most elements are told by the length of their tag; with an escape in it the text says nothing.
function canBeValueTag(json: JsonText, tag: number): boolean {
  const { tape } = json;
  if (tape.kind(tag) !== TOKEN.STRING) return false;
  return tape.isSuspect(tag) || VALUE_TAG_BYTES.has(tape.end(tag) - tape.start(tag) - QUOTES_BYTES);
}

function mustMask(tags: readonly string[], types: readonly string[], policy: ScrubPolicy): boolean {
  if (policy.plainInputs) return types.some((type) => SECRET_INPUT_TYPES.has(type));
  const isPlain = tags.every((tag) => tag === "input") && types.length > 0;
  return !(isPlain && types.every((type) => PLAIN_INPUT_TYPES.has(type)));
}
