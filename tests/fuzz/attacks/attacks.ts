import { gzipSync } from "node:zlib";
import { nested } from "../generate/json-text.ts";
import { rpcPath } from "../generate/rpc-json.ts";
import { LARGE_SESSION, SESSIONS, TABS } from "../target/names.ts";
import { plainRequest, type WireRequest } from "../wire/wire-request.ts";

/** A request of which it is known what it must be answered. */
export interface Attack {
  readonly name: string;
  readonly request: WireRequest;
  /** The reason of its refusal, or `stored`: the first time or as a duplicate. */
  readonly answer: string;
}

const MIB = 1024 * 1024;
/** Nesting that no stack survives. */
const DEEP = 1_000_000;
const EVENT_TAIL = '"type":5,"timestamp":1790000000000';

/** Requests that are known to bring servers down; the heavy ones take seconds and much memory. */
export function attacks(heavy: boolean): Attack[] {
  return heavy ? [...chunkAttacks(), ...messageAttacks(), ...heavyAttacks()] : [...chunkAttacks(), ...messageAttacks()];
}

function chunkAttacks(): Attack[] {
  const event = (data: string) => Buffer.from(`[{${EVENT_TAIL},"data":${data}}]`);
  const dated = (timestamp: string) => Buffer.from(`[{"type":3,"timestamp":${timestamp},"data":{}}]`);
  return [
    chunk("arrays a million deep", event(nested("[", DEEP, "0")), "json_too_deep"),
    chunk("objects a million deep", event(nested("{", DEEP, "0")), "json_too_deep"),
    chunk("arrays that never close", Buffer.from("[".repeat(DEEP)), "json_too_deep"),
    chunk("2,001 levels", event(nested("[", 1_999, "0")), "json_too_deep"),
    chunk("2,000 levels", event(nested("[", 1_998, "0")), "stored"),
    chunk("a date that is no number", dated("NaN"), "json_invalid"),
    chunk("a date without end", dated("Infinity"), "json_invalid"),
    chunk("a date that overflows", dated("1e999"), "event_invalid"),
    chunk("a date in words", dated('"NaN"'), "event_invalid"),
    chunk("a date of nothing", dated("null"), "event_invalid"),
    chunk("the same key twice", event('{"a":1,"a":{"a":[1,2]},"a":"3"}'), "stored"),
    chunk("half of a character", event('"\\ud800 and \\udfff"'), "stored"),
    chunk("names of JavaScript's own", event('{"__proto__":{"x":1},"constructor":{"prototype":{"y":2}}}'), "stored"),
    chunk("a number that has no double", event("[1e400,-1e400,123456789012345678901234567890]"), "stored"),
  ];
}

function messageAttacks(): Attack[] {
  const call = (name: string, rpc: string, type: string, body: Uint8Array, answer: string): Attack => ({
    name,
    answer,
    request: plainRequest({ label: name, method: "POST", path: rpcPath(rpc), headers: [["content-type", type]], body }),
  });
  const json = "application/json";
  const deep = Buffer.from(nested("[", DEEP / 3, ""));
  const deepUnknown = Buffer.from(`{"x":${nested("{", DEEP / 6 - 10, "0")}}`);
  const groups = Buffer.concat([Buffer.alloc(400_000, 0x7b), Buffer.alloc(400_000, 0x7c)]);
  return [
    call("a message of arrays", "PutChunk", json, deep, "body_invalid"),
    call("a small message of arrays", "FinishSession", json, deep, "body_invalid"),
    call("an unknown field of great depth", "GetUploadState", json, deepUnknown, "request_invalid"),
    call("groups within groups", "PutChunk", "application/proto", groups, "body_invalid"),
    call("groups that never end", "GetUploadState", "application/proto", groups.subarray(0, 400_000), "body_invalid"),
  ];
}

function heavyAttacks(): Attack[] {
  const spaces = Buffer.alloc(129 * MIB, 0x20);
  const long = Buffer.from(`[{${EVENT_TAIL},"data":"${"a".repeat(100 * MIB)}"}]`);
  const member = gzipSync(Buffer.alloc(16 * MIB, 0x20));
  const frame = Bun.zstdCompressSync(Buffer.alloc(16 * MIB, 0x20));
  return [
    chunk("a gzip bomb", spaces, "decoded_too_large", "gzip", gzipSync(spaces)),
    chunk("a zstd bomb", spaces, "decoded_too_large", "zstd", Bun.zstdCompressSync(spaces)),
    chunk("a gzip bomb in 64 parts", spaces, "decoded_too_large", "gzip", Buffer.concat(Array(64).fill(member))),
    chunk("a zstd bomb in 4,096 parts", spaces, "decoded_too_large", "zstd", Buffer.concat(Array(4_096).fill(frame))),
    chunk("a text of 100 MiB", long, "stored", "gzip", gzipSync(long), LARGE_SESSION),
  ];
}

let attackSeq = 1_000;

function chunk(
  name: string,
  plain: Uint8Array,
  answer: string,
  encoding = "identity",
  sent: Uint8Array = plain,
  sessionId = SESSIONS[0],
): Attack {
  attackSeq += 1;
  const request = plainRequest({
    label: name,
    method: "PUT",
    path: `/v1/sessions/${sessionId}/tabs/${TABS[0]}/chunks/${attackSeq}`,
    headers: [
      ["content-encoding", encoding],
      ["x-gigtrail-sha256", new Bun.CryptoHasher("sha256").update(plain).digest("hex")],
      ["x-gigtrail-event-count", "1"],
    ],
    body: sent,
  });
  return { name, request, answer };
}
