import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";
import { TOKEN } from "../../payload/json/tape.ts";
import type { ScrubScope } from "../scrub-scope.ts";
import { isEditable } from "./editable.ts";
import { fieldValues, hasSecretLabel, markValue } from "./named-secrets.ts";

const VALUE_TAGS: ReadonlySet<string> = new Set(["input", "textarea", "select", "option"]);
const VALUE_TAG_BYTES: ReadonlySet<number> = new Set([...VALUE_TAGS].map((tag) => tag.length));
const QUOTES_BYTES = 2;

// What these carry in `value` is the page's: the label of a button, what a box stands for. A hidden input holds what
// nobody is to see, often a CSRF token.
const PLAIN_INPUT_TYPES: ReadonlySet<string> = new Set(["button", "submit", "reset", "image", "checkbox", "radio"]);
const SECRET_INPUT_TYPES: ReadonlySet<string> = new Set(["hidden", "password"]);

/**
 * Marks what an element of a snapshot or an added node holds of what the user entered: the value of a form's field,
 * under every name that is known for it; the text of a textarea, of a chosen option and of whatever is editable; of a
 * field for a secret all of it under any policy. Whichever of several tags or types an object has, each counts.
 * Contents before token `done` are marked already; returns up to where they are now, so that textareas within textareas
 * cost no more than one.
 */
export function markElement(json: JsonText, object: number, scope: ScrubScope, done: number): number {
  const { plainInputs } = scope.policy;
  const tags = tagNames(json, object);
  const isField = tags.some((tag) => VALUE_TAGS.has(tag));
  const isTyped = !plainInputs && isEditable(json, object);
  if (!isField) return isTyped ? markChildren(json, object, done) : done;
  const attributes = json.members(object, KEY.ATTRIBUTES);
  const isSecret = attributes.some((one) => isSecretField(json, one));
  for (const one of attributes) {
    if (isSecret || (!plainInputs && !isPlainInput(json, tags, one))) {
      for (const value of fieldValues(json, one)) markValue(json, value);
    }
  }
  if (isSecret) for (const id of json.members(object, KEY.ID)) scope.secretFields?.add(json.number(id) ?? 0);
  const isChosen = tags.includes("option") && attributes.some((one) => json.members(one, KEY.SELECTED).length > 0);
  const holdsText = isSecret || isTyped || (!plainInputs && (tags.includes("textarea") || isChosen));
  return holdsText ? markChildren(json, object, done) : done;
}

/** Those of the tags that the object calls itself, in lower case, that can hold a value; none if it is no element. */
export function tagNames(json: JsonText, object: number): string[] {
  return json
    .members(object, KEY.TAG_NAME)
    .filter((tag) => canBeValueTag(json, tag))
    .flatMap((tag) => json.string(tag)?.toLowerCase() ?? []);
}

/** Marks the text of every node within the value, and what fields in it hold. */
export function markContents(json: JsonText, value: number): void {
  const { tape } = json;
  const end = tape.after(value);
  for (let at = value; at < end; at++) {
    if (tape.kind(at) !== TOKEN.KEY) continue;
    const code = tape.end(at);
    if (code === KEY.TEXT_CONTENT || code === KEY.VALUE || code === KEY.FIELD_VALUE) markValue(json, at + 1);
  }
}

function markChildren(json: JsonText, object: number, done: number): number {
  const children = json.members(object, KEY.CHILD_NODES).filter((nodes) => nodes >= done);
  for (const nodes of children) markContents(json, nodes);
  return children.reduce((most, nodes) => Math.max(most, json.tape.after(nodes)), done);
}

// Most elements are told by the length of their tag; with an escape in it the text says nothing.
function canBeValueTag(json: JsonText, tag: number): boolean {
  const { tape } = json;
  if (tape.kind(tag) !== TOKEN.STRING) return false;
  return tape.isSuspect(tag) || VALUE_TAG_BYTES.has(tape.end(tag) - tape.start(tag) - QUOTES_BYTES);
}

function isSecretField(json: JsonText, attributes: number): boolean {
  return inputTypes(json, attributes).some((type) => SECRET_INPUT_TYPES.has(type)) || hasSecretLabel(json, attributes);
}

function isPlainInput(json: JsonText, tags: readonly string[], attributes: number): boolean {
  const types = inputTypes(json, attributes);
  return tags.every((tag) => tag === "input") && types.length > 0 && types.every((type) => PLAIN_INPUT_TYPES.has(type));
}

function inputTypes(json: JsonText, attributes: number): string[] {
  return json.members(attributes, KEY.TYPE).map((type) => json.string(type)?.toLowerCase() ?? "");
}
