import type { KEY } from "./key-codes.ts";
import { scanString } from "./scan-string.ts";
import { TOKEN, type JsonTape } from "./tape.ts";

const DIGIT_ZERO = 0x30;
/** So many decimal digits are exact in a number, and so is every step towards them. */
const MAX_EXACT_DIGITS = 15;

/** What JsonText.member answers where there is none. */
export const NO_MEMBER = -1;
/** What JsonText.member answers where there are several. */
export const SEVERAL = -2;

/** A JSON value as text and tokens: what the checks and the scrubber read. */
export class JsonText {
  readonly bytes: Buffer;
  readonly tape: JsonTape;

  constructor(bytes: Buffer, tape: JsonTape) {
    this.bytes = bytes;
    this.tape = tape;
  }

  /** Values of the object's members with this key code, every one of several equal keys. None if it is no object. */
  members(object: number, code: number): number[] {
    const { tape } = this;
    const found: number[] = [];
    if (tape.kind(object) !== TOKEN.OBJECT) return found;
    const end = tape.end(object);
    for (let key = object + 1; key < end; key = tape.after(key + 1)) if (tape.end(key) === code) found.push(key + 1);
    return found;
  }

  /** Value of the object's only member with this key code; NO_MEMBER, or SEVERAL members where there is none or more. */
  member(object: number, code: number): number {
    const { tape } = this;
    let found: number = NO_MEMBER;
    if (tape.kind(object) !== TOKEN.OBJECT) return found;
    const end = tape.end(object);
    for (let key = object + 1; key < end; key = tape.after(key + 1)) {
      if (tape.end(key) === code) found = found === NO_MEMBER ? key + 1 : SEVERAL;
    }
    return found;
  }

  /** Bit n is set if the object has a key of code n: one look instead of a search for each. 0 if it is no object. */
  codes(object: number): number {
    const { tape } = this;
    if (tape.kind(object) !== TOKEN.OBJECT) return 0;
    const end = tape.end(object);
    let bits = 0;
    for (let key = object + 1; key < end; key = tape.after(key + 1)) bits |= 1 << tape.end(key);
    return bits;
  }

  /** Items of the array; none if it is no array. */
  items(array: number): number[] {
    const { tape } = this;
    const found: number[] = [];
    if (tape.kind(array) !== TOKEN.ARRAY) return found;
    for (let item = array + 1; item < tape.end(array); item = tape.after(item)) found.push(item);
    return found;
  }

  /** The decoded text of a string or key; undefined for another token. */
  string(at: number): string | undefined {
    const kind = this.tape.kind(at);
    if (kind !== TOKEN.STRING && kind !== TOKEN.KEY) return undefined;
    const start = this.tape.start(at);
    const text = this.bytes.toString("utf8", start, this.stringEnd(at));
    if (!text.includes("\\")) return text.slice(1, -1);
    const decoded: unknown = JSON.parse(text);
    return typeof decoded === "string" ? decoded : undefined;
  }

  /** Offset behind the closing quote of a string or key. */
  stringEnd(at: number): number {
    if (this.tape.kind(at) !== TOKEN.KEY) return this.tape.end(at);
    return scanString(this.bytes, this.tape.start(at) + 1) >>> 1;
  }

  /** The value of a number; undefined for another token. */
  number(at: number): number | undefined {
    if (this.tape.kind(at) !== TOKEN.NUMBER) return undefined;
    const end = this.tape.end(at);
    const start = this.tape.start(at);
    if (end - start > MAX_EXACT_DIGITS) return Number(this.bytes.toString("latin1", start, end));
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = this.bytes[i]! - DIGIT_ZERO;
      if (digit < 0 || digit > 9) return Number(this.bytes.toString("latin1", start, end));
      value = value * 10 + digit;
    }
    return value;
  }

  /** The decoded strings among the object's members with this key code. */
  strings(object: number, code: (typeof KEY)[keyof typeof KEY]): string[] {
    const members = this.members(object, code);
    return members.length === 0 ? [] : members.flatMap((value) => this.string(value) ?? []);
  }
}
