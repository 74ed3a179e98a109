import { MASK } from "./mask.ts";

// Kinds of data that a browser shows or runs as text. Pictures and fonts hold none.
const TEXT_DATA =
  /data:(?:text\/[\w.+-]+|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|x-www-form-urlencoded)|image\/svg\+xml)?(?:;[\w=.-]+)*;base64,([\w+/=%-]+)/gi;

/**
 * Masks the content of data: addresses in a text that are text in base64 and hold a secret; `mask` masks a text.
 * Those that are not in base64 are read as they stand (readings.ts).
 */
export function maskDataUrls(text: string, mask: (content: string) => string): string {
  if (!text.includes("ata:") && !text.includes("ATA:")) return text;
  return text.replace(TEXT_DATA, (address: string, base64: string) => {
    const content = Buffer.from(withoutPercent(base64), "base64").toString("utf8");
    return mask(content) === content ? address : address.slice(0, address.length - base64.length) + MASK;
  });
}

function withoutPercent(text: string): string {
  return text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
