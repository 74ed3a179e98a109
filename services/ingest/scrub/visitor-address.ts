import { MASK } from "./mask.ts";

const IPV4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\.?\d)/;
const EVERY_IPV4 = new RegExp(IPV4, "g");

// Upwork's id of a visitor: an address and the microseconds at which it was given out.
const VISITOR_ID = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}\.\d{13,17}(?!\d)/g;
const LONG_PART = /\.\d{13}/;
const VISITOR_OBJECT = /\bvisitor\\*["']?\s{0,4}[:=]\s{0,4}\{[^{}]{0,500}/gi;

/** Whether an IPv4 address stands in the text, or Upwork's id of a visitor, which begins with one. */
export function hasIpv4(text: string): boolean {
  return IPV4.test(text) || text.search(VISITOR_ID) >= 0;
}

/**
 * Masks ids of visitors in a text, and IPv4 addresses within what it calls a visitor (`visitor:{ip:"…"}`, as in an inline
 * script). Elsewhere four numbers with dots are as often a version.
 */
export function maskVisitors(text: string): string {
  const masked = LONG_PART.test(text) ? text.replace(VISITOR_ID, MASK) : text;
  if (!masked.includes("isitor") && !masked.includes("ISITOR")) return masked;
  return masked.replace(VISITOR_OBJECT, (object) => object.replace(EVERY_IPV4, MASK));
}
