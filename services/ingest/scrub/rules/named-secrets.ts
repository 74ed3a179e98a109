import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";
import { TOKEN } from "../../payload/json/tape.ts";
import { isSecretName } from "../secret-names.ts";

const SECRET = 1 << KEY.SECRET;
const LABELS = (1 << KEY.LABEL) | (1 << KEY.ID);
const LABELLED = (1 << KEY.VALUE) | (1 << KEY.CONTENT);

/**
 * Marks what the object's own names call a secret: everything under a secret key (`"Set-Cookie": […]`), and the
 * `value` or `content` beside a label that is a secret name, as in `{"name": "Cookie", "value": …}`, in
 * `<meta name="csrf-token" content=…>` and in hidden inputs. `codes` are the object's (JsonText.codes).
 */
export function markNamedSecrets(json: JsonText, object: number, codes: number): void {
  if ((codes & SECRET) !== 0) for (const value of json.members(object, KEY.SECRET)) markValue(json, value);
  if ((codes & LABELS) === 0 || (codes & LABELLED) === 0) return;
  const labels = [...json.strings(object, KEY.LABEL), ...json.strings(object, KEY.ID)];
  if (!labels.some(isSecretName)) return;
  for (const value of json.members(object, KEY.VALUE)) markValue(json, value);
  for (const value of json.members(object, KEY.CONTENT)) markValue(json, value);
}

/** Marks the second of two strings where the first is a secret name: how headers are listed, `["Cookie", "a=b"]`. */
export function markSecretPair(json: JsonText, array: number): void {
  const name = json.string(array + 1);
  if (name !== undefined && isSecretName(name)) markValue(json, array + 2);
}

/** Marks a value with all that is in it, unless it is true, false or null, which tell nothing. */
export function markValue(json: JsonText, value: number): void {
  if (json.tape.kind(value) !== TOKEN.LITERAL) json.tape.mark(value);
}
