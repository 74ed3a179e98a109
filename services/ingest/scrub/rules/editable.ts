import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";

/** Whether the element's attributes make it a text that the user can edit (`contenteditable`, HTML, 6.8). */
export function isEditable(json: JsonText, element: number): boolean {
  return json.members(element, KEY.ATTRIBUTES).some((attributes) => makesEditable(json, attributes));
}

/** Whether these attributes do. Whatever is not said to be `false` does: `""`, `true`, `plaintext-only`. */
export function makesEditable(json: JsonText, attributes: number): boolean {
  return json.members(attributes, KEY.EDITABLE).some((value) => {
    const literal = json.bytes.toString("latin1", json.tape.start(value), json.tape.start(value) + "false".length);
    return literal !== "false" && !literal.startsWith("null") && json.string(value)?.trim().toLowerCase() !== "false";
  });
}
