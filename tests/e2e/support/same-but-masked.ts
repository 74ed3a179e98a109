import { MASK } from "@gigtrail/ingest/scrub/mask";

/** Where a stored value differs from what was sent other than by being masked; undefined where it does not. */
export function differenceBesideMasks(sent: unknown, stored: unknown, at = ""): string | undefined {
  if (typeof stored === "string" && stored !== sent) {
    if (stored === MASK) return undefined;
    return typeof sent === "string" && fits(sent, stored) ? undefined : `${at}: ${JSON.stringify(stored).slice(0, 80)}`;
  }
  if (!isObject(sent) || !isObject(stored)) return Object.is(sent, stored) ? undefined : `${at}: ${String(stored)}`;
  const [keys, storedKeys] = [Object.keys(sent), Object.keys(stored)];
  if (keys.length !== storedKeys.length) return `${at}: ${storedKeys.length} keys in place of ${keys.length}`;
  for (const [index, key] of keys.entries()) {
    const storedKey = storedKeys[index] ?? "";
    if (storedKey !== key && !fits(key, storedKey)) return `${at}: the key ${storedKey}`;
    const found = differenceBesideMasks(sent[key], stored[storedKey], `${at}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a text is another with parts of it masked. */
function fits(sent: string, stored: string): boolean {
  const [first = "", ...rest] = stored.split(MASK);
  if (rest.length === 0 || !sent.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = sent.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return sent.endsWith(rest.at(-1) ?? "");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
