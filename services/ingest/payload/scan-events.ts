import { refusal } from "@gigtrail/platform/errors";
import { JsonText } from "./json/json-text.ts";
import { ScanAids } from "./json/scan-aids.ts";
import { JsonTape } from "./json/tape.ts";
import { skipSpace } from "./json/skip-space.ts";
import { FAULT, tokenize } from "./json/tokenize.ts";

const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;

/** A tape of more values than this is not kept for the next chunk: it takes 1 MiB. */
const MAX_SPARE_VALUES = 131_072;
let spare: JsonTape | undefined;

/** Given each event in turn: its tokens (valid during the call) and the bytes [start, end) of its text. */
export type EventVisitor = (event: JsonText, start: number, end: number) => void;

/**
 * Reads a JSON array event by event, so that memory is bounded by the largest event and not by the chunk.
 * Returns how many there were. Throws json_invalid, json_too_deep, event_too_dense, events_not_array; the visitor may
 * have seen events by then.
 */
export function scanEvents(bytes: Buffer, visit: EventVisitor): number {
  const tape = spare ?? new JsonTape();
  spare = undefined;
  try {
    return scanArray(new JsonText(bytes, tape), visit);
  } finally {
    if (tape.starts.length <= MAX_SPARE_VALUES) spare = tape;
    else tape.letGo();
  }
}

function scanArray(event: JsonText, visit: EventVisitor): number {
  const { bytes } = event;
  const aids = new ScanAids(bytes);
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_ARRAY) return refuseOther(event, at, aids);
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === CLOSE_ARRAY) {
    requireEnd(bytes, at + 1);
    throw refusal("events_not_array");
  }
  for (let count = 1; ; count++) {
    const start = skipSpace(bytes, at);
    const end = read(event, start, 1, aids);
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

function refuseOther(value: JsonText, start: number, aids: ScanAids): never {
  requireEnd(value.bytes, read(value, start, 0, aids));
  throw refusal("events_not_array");
}

function read(value: JsonText, start: number, depth: number, aids: ScanAids): number {
  value.tape.clear();
  const end = tokenize(value.bytes, start, value.tape, depth, aids);
  if (end === FAULT.TOO_DEEP) throw refusal("json_too_deep");
  if (end === FAULT.TOO_MANY_VALUES) throw refusal("event_too_dense");
  if (end === FAULT.NOT_JSON) throw refusal("json_invalid");
  return end;
}

function requireEnd(bytes: Buffer, from: number): void {
  if (skipSpace(bytes, from) !== bytes.length) throw refusal("json_invalid");
}
