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
  if ((codes & SECRET) !== 0) for (const value of json.members(object, KEY.SECRET)) markLeaves(json, value);
  if ((codes & LABELS) === 0 || (codes & LABELLED) === 0) return;
  const labels = [...json.strings(object, KEY.LABEL), ...json.strings(object, KEY.ID)];
  if (!labels.some(isSecretName)) return;
  for (const value of json.members(object, KEY.VALUE)) markLeaves(json, value);
  for (const value of json.members(object, KEY.CONTENT)) markLeaves(json, value);
}

/** Marks the second of two strings where the first is a secret name: how headers are listed, `["Cookie", "a=b"]`. */
export function markSecretPair(json: JsonText, array: number): void {
  const name = json.string(array + 1);
  if (name !== undefined && isSecretName(name)) markLeaves(json, array + 2);
}

/** Marks every string and number of the value; true, false and null tell nothing. */
export function markLeaves(json: JsonText, value: number): void {
  const { tape } = json;
  const end = tape.after(value);
  for (let at = value; at < end; at++) {
    const kind = tape.kind(at);
    if (kind === TOKEN.STRING || kind === TOKEN.NUMBER) tape.mark(at);
  }
}
