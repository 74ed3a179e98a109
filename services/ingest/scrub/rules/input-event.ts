import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";
import type { ScrubScope } from "../scrub-scope.ts";
import { markValue } from "./named-secrets.ts";

/** Digits of a number that may be a card's, an account's or a person's, however far it is typed. */
const LONG_NUMBER = /^[\s./+()-]*(?:\d[\s./+()-]*){8,}$/;

/**
 * Marks what was typed. Such an event names a node by number only, and the snapshot that says what kind of input it
 * is may come in another chunk, so all of it is masked. `isChecked` stays: without it no filter that the user
 * ticks could be told, and it holds no text. Where typed text stays readable, what goes into a field that this chunk
 * showed to be for a secret does not, nor does a long number: a card's is typed digit by digit.
 */
export function markInput(json: JsonText, data: number, { policy, secretFields }: ScrubScope): void {
  const isSecret = json.members(data, KEY.ID).some((id) => secretFields?.has(json.number(id) ?? 0));
  for (const text of json.members(data, KEY.TEXT)) {
    if (isSecret || !policy.plainInputs || LONG_NUMBER.test(json.string(text) ?? "")) markValue(json, text);
  }
}
