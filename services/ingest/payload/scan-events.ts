import { refusal } from "@gigtrail/platform/errors";
import { JsonText } from "./json/json-text.ts";
import { JsonTape } from "./json/tape.ts";
import { FAULT, skipSpace, tokenize } from "./json/tokenize.ts";

const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;

/** Given each event in turn: its tokens (valid during the call) and the bytes [start, end) of its text. */
export type EventVisitor = (event: JsonText, start: number, end: number) => void;

/**
 * Reads a JSON array event by event, so that memory is bounded by the largest event and not by the chunk.
 * Returns how many there were. Throws json_invalid, json_too_deep, event_too_dense, events_not_array; the visitor may
 * have seen events by then.
 */
export function scanEvents(bytes: Buffer, visit: EventVisitor): number {
  const event = new JsonText(bytes, new JsonTape());
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_ARRAY) return refuseOther(event, at);
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === CLOSE_ARRAY) {
    requireEnd(bytes, at + 1);
    throw refusal("events_not_array");
  }
  for (let count = 1; ; count++) {
    event.tape.clear();
    const start = skipSpace(bytes, at);
    const end = read(event, start, 1);
    visit(event, start, end);
    at = skipSpace(bytes, end);
    if (bytes[at] === CLOSE_ARRAY) {
      requireEnd(bytes, at + 1);
      return count;
    }
    if (bytes[at] !== COMMA) throw refusal("json_invalid");
    at += 1;
  }
}

function refuseOther(value: JsonText, start: number): never {
  requireEnd(value.bytes, read(value, start, 0));
  throw refusal("events_not_array");
}

function read(value: JsonText, start: number, depth: number): number {
  const end = tokenize(value.bytes, start, value.tape, depth);
  if (end === FAULT.TOO_DEEP) throw refusal("json_too_deep");
  if (end === FAULT.TOO_MANY_VALUES) throw refusal("event_too_dense");
  if (end === FAULT.NOT_JSON) throw refusal("json_invalid");
  return end;
}

function requireEnd(bytes: Buffer, from: number): void {
  if (skipSpace(bytes, from) !== bytes.length) throw refusal("json_invalid");
}
