import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";
import { markValue } from "./named-secrets.ts";

/**
 * Marks what was typed. Such an event names a node by number only, and the snapshot that says what kind of input it
 * is may come in another chunk, so all of it is masked. `isChecked` stays: without it no filter that the user
 * ticks could be told, and it holds no text.
 */
export function markInput(json: JsonText, data: number): void {
  for (const text of json.members(data, KEY.TEXT)) markValue(json, text);
}
