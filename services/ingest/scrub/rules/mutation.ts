import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";
import { TOKEN } from "../../payload/json/tape.ts";
import { markTexts, tagNames } from "./element.ts";
import { markValue } from "./named-secrets.ts";

const LETTER_N = 0x6e;

/**
 * Marks in a mutation whatever can be the content of an input: changes of the attributes `value` and `checked` of any
 * node (the event does not say of what kind it is), and text added below a textarea that is added with it.
 */
export function markMutation(json: JsonText, data: number): void {
  for (const changes of json.members(data, KEY.ATTRIBUTES)) {
    for (const change of json.items(changes)) {
      for (const attributes of json.members(change, KEY.ATTRIBUTES)) markChange(json, attributes);
    }
  }
  const added = json.members(data, KEY.ADDS).flatMap((adds) => json.items(adds));
  const textareas = new Set(
    added.flatMap((add) => json.members(add, KEY.NODE)).flatMap((node) => textareaIds(json, node)),
  );
  if (textareas.size === 0) return;
  for (const add of added) {
    if (!numbers(json, add, KEY.PARENT_ID).some((id) => textareas.has(id))) continue;
    for (const node of json.members(add, KEY.NODE)) markTexts(json, node);
  }
}

function markChange(json: JsonText, attributes: number): void {
  for (const value of json.members(attributes, KEY.VALUE)) markValue(json, value);
  for (const value of json.members(attributes, KEY.CHECKED)) {
    if (!isNull(json, value)) json.tape.mark(value);
  }
}

// An attribute that was taken away has no value.
function isNull(json: JsonText, value: number): boolean {
  return json.tape.kind(value) === TOKEN.LITERAL && json.bytes[json.tape.start(value)] === LETTER_N;
}

function textareaIds(json: JsonText, node: number): number[] {
  return tagNames(json, node).includes("textarea") ? numbers(json, node, KEY.ID) : [];
}

function numbers(json: JsonText, object: number, code: typeof KEY.ID | typeof KEY.PARENT_ID): number[] {
  return json.members(object, code).flatMap((value) => json.number(value) ?? []);
}
