import { decodeOnce } from "@gigtrail/upwork/address";

/** More layers than one carrier after another undoes. */
const MAX_LAYERS = 3;

const ESCAPE = /\\u00([2-7][0-9a-f])|\\x([2-7][0-9a-f])/gi;
const ENTITY =
  /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(commat|period|colon|equals|nbsp|amp|quot|apos|lt|gt|lowbar|plus|hyphen|dash|percnt|sol|num|NewLine|Tab));?/gi;
const NAMED: Readonly<Record<string, string>> = {
  commat: "@",
  period: ".",
  colon: ":",
  equals: "=",
  nbsp: " ",
  amp: "&",
  quot: '"',
  apos: "'",
  lt: "<",
  gt: ">",
  lowbar: "_",
  plus: "+",
  hyphen: "-",
  dash: "-",
  percnt: "%",
  sol: "/",
  num: "#",
  newline: "\n",
  tab: "\t",
};
const MAX_CODE_POINT = 0x10ffff;

/**
 * What a text says once the encodings are undone that whoever reads it may undo: percent-encoding, HTML entities and
 * escapes that stand in it as text (`\u0040`, left by a second encoding), layer after layer. None where it has none.
 */
export function readingsOf(text: string): string[] {
  const readings: string[] = [];
  let now = text;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const next = undoOnce(now);
    if (next === now) break;
    readings.push(next);
    now = next;
  }
  return readings;
}

function undoOnce(text: string): string {
  let now = text;
  if (hasBehind(now, "%", isHexDigit)) now = decodeOnce(now);
  if (hasBehind(now, "&", canStartEntity)) now = now.replace(ENTITY, charOf);
  if (hasBehind(now, "\\", isEscapeLetter)) {
    now = now.replace(ESCAPE, (_, u?: string, x?: string) => charOfCode(u ?? x ?? "", 16));
  }
  return now;
}

// Finding a single sign is many times as fast as a pattern, and most of them stand for themselves ("width: 100%;").
function hasBehind(text: string, sign: string, fits: (code: number) => boolean): boolean {
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
    if (fits(text.charCodeAt(at + 1))) return true;
  }
  return false;
}

function isHexDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

function canStartEntity(code: number): boolean {
  return code === 0x23 || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
}

function isEscapeLetter(code: number): boolean {
  return code === 0x75 || code === 0x78 || code === 0x55 || code === 0x58;
}

function charOf(entity: string, decimal?: string, hex?: string, name?: string): string {
  if (decimal !== undefined) return charOfCode(decimal, 10);
  if (hex !== undefined) return charOfCode(hex, 16);
  return NAMED[name?.toLowerCase() ?? ""] ?? entity;
}

function charOfCode(digits: string, base: number): string {
  const code = Number.parseInt(digits, base);
  return code > 0 && code <= MAX_CODE_POINT ? String.fromCodePoint(code) : "";
}
