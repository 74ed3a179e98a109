import { KEY } from "./key-codes.ts";

/*
 * Which objects the rules of structure (scrub/rules/) have to look at, by their keys: a rule that goes by another key has
 * to be entered here first, or it is not asked. The rules decide, this only spares them the many objects that cannot
 * concern them.
 */

/** What the members of an object tell of it, as bits. */
export const TELLS = {
  /** A rule may apply to the object, whatever else is in it. */
  ALWAYS: 1,
  /** It has a name that may say that the value beside it is a secret. */
  LABEL: 2,
  /** It has a value that such a name may be for. */
  LABELLED: 4,
  /** It says that what it belongs to can be edited: that is the object around it. */
  EDITABLE: 8,
  /** The event has to be looked at for what its type says, though the object may concern no rule. */
  EVENT: 16,
} as const;

const TELLING: ReadonlyMap<number, number> = new Map([
  [KEY.SECRET, TELLS.ALWAYS],
  [KEY.HEADERS, TELLS.ALWAYS],
  [KEY.VISITOR, TELLS.ALWAYS],
  [KEY.LABEL, TELLS.LABEL],
  [KEY.VALUE, TELLS.LABELLED | TELLS.EVENT],
  [KEY.FIELD_VALUE, TELLS.LABELLED | TELLS.EVENT],
  [KEY.CONTENT, TELLS.LABELLED],
  [KEY.EDITABLE, TELLS.EDITABLE | TELLS.EVENT],
  [KEY.TEXT, TELLS.EVENT],
  [KEY.CHECKED, TELLS.EVENT],
  [KEY.SELECTED, TELLS.EVENT],
]);

/** What a key of each code tells. */
export const TELLS_OF_KEY = Uint8Array.from({ length: 32 }, (_, code) => TELLING.get(code) ?? 0);

/** Whether what was told has the rules look at the object. */
export function isTelling(tells: number): boolean {
  const named = TELLS.LABEL | TELLS.LABELLED;
  return (tells & TELLS.ALWAYS) !== 0 || (tells & named) === named;
}

/** What it tells of the object or array around it. */
export function passedOn(tells: number): number {
  return (tells & TELLS.EVENT) | ((tells & TELLS.EDITABLE) === 0 ? 0 : TELLS.ALWAYS);
}

/** What a string that is the value of a key tells; `isSuspect` says that its bytes may not be its text. */
export function tellsOfString(bytes: Uint8Array, code: number, start: number, end: number, isSuspect: boolean): number {
  if (code === KEY.ID) return TELLS.LABEL;
  if (code !== KEY.TAG_NAME) return 0;
  return isSuspect || isRuledTag(bytes[start + 1]! | 0x20, end - start - 2) ? TELLS.ALWAYS : 0;
}

// By first letter and length: input, textarea, select, option; a, area, form.
function isRuledTag(letter: number, length: number): boolean {
  switch (length) {
    case 1:
    case 4:
      return letter === 0x61 || letter === 0x66;
    case 5:
      return letter === 0x69;
    case 6:
      return letter === 0x73 || letter === 0x6f;
    case 8:
      return letter === 0x74;
    default:
      return false;
  }
}
