/** Keys that mean something by themselves. */
const KEYS_WITH_MEANING = new Set(["Enter", "Escape"]);

/** Have events of their own (copy, cut, paste). */
const CLIPBOARD_KEYS = new Set(["c", "x", "v"]);

/**
 * Name of a key press that has a meaning of its own: `Enter`, `Escape`, or a shortcut as `Control+k`; undefined for
 * everything that is typing.
 */
export function keyName(event: KeyboardEvent): string | undefined {
  if (event.repeat || event.isComposing) return undefined;
  const held = [event.ctrlKey && "Control", event.metaKey && "Meta"].filter((name) => name !== false);
  if (held.length === 0) return KEYS_WITH_MEANING.has(event.key) ? event.key : undefined;
  // AltGr is Control+Alt on Windows and types characters.
  if (event.key.length !== 1 || event.getModifierState("AltGraph")) return undefined;
  const key = event.key.toLowerCase();
  return CLIPBOARD_KEYS.has(key) ? undefined : [...held, key].join("+");
}
