import { UploadError } from "./upload-error.ts";
import type {
  AddressedChunk,
  ChunkAnswer,
  ChunksAnswer,
  Directive,
  SeqRange,
  TabUploadState,
  UploadState,
} from "./upload-port.ts";

/** Reads a PutChunkResponse in Connect's JSON. Throws answer_unreadable for anything that is not clearly one. */
export function readChunkAnswer(json: unknown): ChunkAnswer {
  const answer = asObject(json);
  const outcome = answer["outcome"];
  // An answer without one of these acknowledges nothing, whatever its status was.
  if (outcome !== "OUTCOME_STORED" && outcome !== "OUTCOME_DUPLICATE") throw unreadable();
  return {
    duplicate: outcome === "OUTCOME_DUPLICATE",
    tab: readTab(answer["tab"]),
    directive: readDirective(answer["directive"]),
    maskedValues: readInteger(answer["maskedValues"]),
  };
}

/**
 * Reads a PutChunksResponse: the results of these chunks in their order. Throws answer_unreadable, also when the answer
 * does not name the chunks that were sent: nothing must be taken for durable that was not said to be.
 */
export function readChunksAnswer(json: unknown, sent: readonly AddressedChunk[]): ChunksAnswer {
  const answer = asObject(json);
  const results = asArray(answer["results"]);
  if (results.length !== sent.length) throw unreadable();
  return {
    results: sent.map((chunk, index) => readChunkResult(asObject(results[index]), chunk)),
    directive: readDirective(answer["directive"]),
  };
}

function readChunkResult(result: Record<string, unknown>, sent: AddressedChunk): ChunkAnswer | UploadError {
  const isSame =
    result["sessionId"] === sent.sessionId &&
    result["tabId"] === sent.tabId &&
    readInteger(result["seq"]) === sent.chunk.seq;
  if (!isSame) throw unreadable();
  if (result["stored"] !== undefined) return readChunkAnswer(result["stored"]);
  const { code, reason, message, retryAfterMs } = asObject(result["refused"]);
  if (typeof code !== "string") throw unreadable();
  return new UploadError(typeof message === "string" ? message : `The server refused a chunk (${code}).`, {
    code,
    reason: typeof reason === "string" ? reason : "",
    retryAfterMs: readInteger(retryAfterMs),
  });
}

/** Reads the `uploadState` of GetUploadStateResponse and FinishSessionResponse. Throws answer_unreadable. */
export function readUploadState(json: unknown): UploadState {
  const state = asObject(asObject(json)["uploadState"]);
  if (typeof state["sessionId"] !== "string") throw unreadable();
  return {
    complete: state["state"] === "SESSION_STATE_COMPLETE",
    tabs: asArray(state["tabs"]).map(readTab),
    directive: readDirective(state["directive"]),
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

const ACTIONS: Readonly<Record<string, Directive["action"]>> = { ACTION_THROTTLE: "throttle", ACTION_STOP: "stop" };

function readDirective(json: unknown): Directive {
  const directive = json === undefined || json === null ? {} : asObject(json);
  const { action, reason } = directive;
  return {
    action: (typeof action === "string" ? ACTIONS[action] : undefined) ?? "continue",
    retryAfterMs: readInteger(directive["retryAfterMs"]),
    reason: typeof reason === "string" ? reason : "",
  };
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
