import { gunzipSync } from "bun";
import type { EncodedChunk } from "../../../core/encode-chunk.ts";
import { readUploadState, readChunkAnswer } from "../../../core/read-answer.ts";
import { UploadError } from "../../../core/upload-error.ts";
import type { ChunkAnswer, Directive, UploadPort, UploadState } from "../../../core/upload-port.ts";
import { HeldChunks } from "./held-chunks.ts";

/** What happens to one call. */
export type Mishap =
  | "none"
  /** It never arrives. */
  | "cut"
  /** It has its effect, the answer is lost. */
  | "lose_answer"
  /** Its answer is late: others overtake it. */
  | "late"
  | "busy"
  | "internal"
  | "not_gigtrail"
  | "throttle"
  | "stop"
  | "token_ended";

const CONTINUE: Directive = { action: "continue", retryAfterMs: 0, reason: "" };

/** The server as a model in memory, on a network that does what a script says. */
export class ModelPort {
  readonly held = new HeldChunks();
  readonly sessions = new Set<string>();
  readonly deleted = new Set<string>();
  /** Chunks, as `tab/seq`, that are refused for good with this reason. */
  readonly refusals = new Map<string, string>();
  /** Calls in their order. */
  readonly calls: string[] = [];
  readonly #script: Iterator<Mishap>;
  /** Times that GetUploadState still answers with a stop. */
  #stopsLeft = 0;

  constructor(script: readonly Mishap[] = []) {
    this.#script = script.values();
  }

  readonly port: UploadPort = {
    createSession: (sessionId) => this.#go("CreateSession", sessionId, () => void this.sessions.add(sessionId)),
    putChunk: (sessionId, tabId, chunk) =>
      this.#go("PutChunk", sessionId, (directive) => {
        const result = this.#take(sessionId, tabId, chunk);
        if (result instanceof UploadError) throw result;
        return { ...result, directive };
      }),
    putChunks: (chunks) =>
      this.#go("PutChunks", "", (directive) => ({
        results: chunks.map(({ sessionId, tabId, chunk }) => this.#take(sessionId, tabId, chunk)),
        directive,
      })),
    getUploadState: (sessionId) =>
      this.#go("GetUploadState", sessionId, (directive) => {
        this.#require(sessionId);
        if (this.#stopsLeft > 0) this.#stopsLeft -= 1;
        const stop: Directive = { action: "stop", retryAfterMs: 30_000, reason: "storage_low" };
        return this.#state(sessionId, this.#stopsLeft > 0 ? stop : directive);
      }),
    finishSession: (sessionId, tabs) =>
      this.#go("FinishSession", sessionId, (directive) => {
        this.#require(sessionId);
        for (const { tabId, lastSeq } of tabs) this.held.ends.set(`${sessionId}/${tabId}`, lastSeq);
        return this.#state(sessionId, directive);
      }),
  };

  async #go<Answer>(call: string, sessionId: string, effect: (directive: Directive) => Answer): Promise<Answer> {
    this.calls.push(`${call} ${sessionId}`);
    const next = this.#script.next();
    const mishap = next.done === true ? "none" : next.value;
    await Promise.resolve();
    if (mishap === "cut") throw refused("unavailable", "server_unreachable");
    if (mishap === "busy") throw refused("resource_exhausted", "server_busy", 2_000);
    if (mishap === "internal") throw refused("internal", "internal");
    if (mishap === "not_gigtrail") throw refused("unknown", "answer_unreadable");
    if (mishap === "token_ended") throw refused("unauthenticated", "token_invalid");
    if (mishap === "stop") this.#stopsLeft = 3;
    const stopped: Directive = { action: "stop", retryAfterMs: 30_000, reason: "storage_low" };
    const throttled: Directive = { action: "throttle", retryAfterMs: 1_000, reason: "server_busy" };
    const answer = effect(mishap === "stop" ? stopped : mishap === "throttle" ? throttled : CONTINUE);
    if (mishap === "late") for (let turn = 0; turn < 5; turn += 1) await Bun.sleep(0);
    if (mishap === "lose_answer") throw refused("unavailable", "server_unreachable");
    return answer;
  }

  #take(sessionId: string, tabId: string, chunk: EncodedChunk): ChunkAnswer | UploadError {
    const name = `${tabId}/${chunk.seq}`;
    if (this.deleted.has(sessionId)) return refused("not_found", "session_deleted");
    if (!this.sessions.has(sessionId)) return refused("not_found", "session_not_found");
    const reason = this.refusals.get(name);
    if (reason !== undefined) return refused("failed_precondition", reason);
    const outcome = this.held.take({
      tab: `${sessionId}/${tabId}`,
      seq: chunk.seq,
      sha256: chunk.sha256,
      eventCount: chunk.eventCount,
      dropped: chunk.droppedEvents,
      sentTime: new Date().toISOString(),
      json: gunzipSync(chunk.payload),
    });
    if (outcome === "chunk_conflict") return refused("already_exists", outcome);
    if (outcome !== "stored" && outcome !== "duplicate") return refused("invalid_argument", outcome);
    return readChunkAnswer({
      outcome: `OUTCOME_${outcome.toUpperCase()}`,
      tab: this.held.tabState(`${sessionId}/${tabId}`),
    });
  }

  #require(sessionId: string): void {
    if (this.deleted.has(sessionId)) throw refused("not_found", "session_deleted");
    if (!this.sessions.has(sessionId)) throw refused("not_found", "session_not_found");
  }

  #state(sessionId: string, directive: Directive): UploadState {
    const names = [...this.held.tabs.keys()].filter((name) => name.startsWith(sessionId));
    const state = this.held.isComplete(sessionId) ? "SESSION_STATE_COMPLETE" : "SESSION_STATE_RECORDING";
    const uploadState = { sessionId, state, tabs: names.map((name) => this.held.tabState(name)) };
    return { ...readUploadState({ uploadState }), directive };
  }
}

function refused(code: string, reason: string, retryAfterMs = 0): UploadError {
  return new UploadError(`Refused: ${reason}.`, { code, reason, retryAfterMs });
}
