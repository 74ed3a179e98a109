import { UploadError } from "./upload-error.ts";
import type { ChunkAnswer, SeqRange, TabUploadState, UploadState } from "./upload-port.ts";

/** Reads a PutChunkResponse in Connect's JSON. Throws answer_unreadable for anything that is not clearly one. */
export function readChunkAnswer(json: unknown): ChunkAnswer {
  const answer = asObject(json);
  const outcome = answer["outcome"];
  // An answer without one of these acknowledges nothing, whatever its status was.
  if (outcome !== "OUTCOME_STORED" && outcome !== "OUTCOME_DUPLICATE") throw unreadable();
  return {
    duplicate: outcome === "OUTCOME_DUPLICATE",
    tab: readTab(answer["tab"]),
    throttleMs: readThrottle(answer["directive"]),
    maskedValues: readInteger(answer["maskedValues"]),
  };
}

/** Reads the `uploadState` of GetUploadStateResponse and FinishSessionResponse. Throws answer_unreadable. */
export function readUploadState(json: unknown): UploadState {
  const state = asObject(asObject(json)["uploadState"]);
  if (typeof state["sessionId"] !== "string") throw unreadable();
  return {
    complete: state["state"] === "SESSION_STATE_COMPLETE",
    tabs: asArray(state["tabs"]).map(readTab),
    throttleMs: readThrottle(state["directive"]),
  };
}

function readTab(json: unknown): TabUploadState {
  const tab = asObject(json);
  const tabId = tab["tabId"];
  if (typeof tabId !== "string") throw unreadable();
  return {
    tabId,
    durableThrough: readInteger(tab["durableThrough"]),
    missing: asArray(tab["missing"]).map(readRange),
    lastSeq: readInteger(tab["lastSeq"]),
    needsFullSnapshot: tab["needsFullSnapshot"] === true,
  };
}

function readRange(json: unknown): SeqRange {
  const range = asObject(json);
  return { first: readInteger(range["first"]), last: readInteger(range["last"]) };
}

function readThrottle(json: unknown): number {
  if (json === undefined || json === null) return 0;
  const directive = asObject(json);
  return directive["action"] === "ACTION_THROTTLE" ? readInteger(directive["retryAfterMs"]) : 0;
}

/** protobuf's JSON leaves out what is 0 and writes 64-bit numbers as strings (protobuf.dev/programming-guides/json). */
function readInteger(value: unknown): number {
  if (value === undefined || value === null) return 0;
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) throw unreadable();
  return number;
}

function asArray(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw unreadable();
  return value as unknown[];
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unreadable();
  return { ...value };
}

function unreadable(): UploadError {
  return new UploadError("What answers at the server's address is not a Gigtrail server.", {
    code: "unknown",
    reason: "answer_unreadable",
  });
}
