import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";
import { TOKEN } from "../../payload/json/tape.ts";
import { isSecretName } from "../secret-names.ts";

const SECRET = 1 << KEY.SECRET;
const HEADERS = 1 << KEY.HEADERS;
const LABELS = (1 << KEY.LABEL) | (1 << KEY.ID);
const LABELLED = (1 << KEY.VALUE) | (1 << KEY.CONTENT) | (1 << KEY.FIELD_VALUE);

/** Objects with any of these codes can hold a secret by name. */
export const NAMING_CODES = SECRET | HEADERS | LABELLED;

/**
 * Marks what the object's own names call a secret: everything under a secret key (`"Set-Cookie": […]`), all headers of
 * a request or an answer, and the `value` or `content` beside a label that is a secret name, as in
 * `{"name": "Cookie", "value": …}`, in `<meta name="csrf-token" content=…>` and in hidden inputs. `codes` are the
 * object's (JsonText.codes).
 */
export function markNamedSecrets(json: JsonText, object: number, codes: number): void {
  if ((codes & SECRET) !== 0) for (const value of json.members(object, KEY.SECRET)) markValue(json, value);
  if ((codes & HEADERS) !== 0) for (const value of json.members(object, KEY.HEADERS)) markContainer(json, value);
  if ((codes & LABELS) === 0 || (codes & LABELLED) === 0) return;
  if (!hasSecretLabel(json, object)) return;
  for (const value of fieldValues(json, object)) markValue(json, value);
  for (const value of json.members(object, KEY.CONTENT)) markValue(json, value);
}

/** Whether something that names the object, or the field that it describes, is the name of a secret. */
export function hasSecretLabel(json: JsonText, object: number): boolean {
  return json.strings(object, KEY.LABEL).some(isSecretName) || json.strings(object, KEY.ID).some(isSecretName);
}

/** The object's members that hold the value of a form's field, by any of the names for it. */
export function fieldValues(json: JsonText, object: number): number[] {
  return [...json.members(object, KEY.VALUE), ...json.members(object, KEY.FIELD_VALUE)];
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

// The `headers` of a table's cell is a string.
function markContainer(json: JsonText, value: number): void {
  if (json.tape.kind(value) <= TOKEN.ARRAY) json.tape.mark(value);
}
