import type { EventChunk } from "./chunk-events.ts";
import { isDurable } from "./durable-chunks.ts";
import { encodeChunk } from "./encode-chunk.ts";
import { PauseGate } from "./pause-gate.ts";
import { DEFAULT_RETRY_POLICY, MAX_RETRY_AFTER_MS, type RetryNotice, type RetryPolicy, withRetry } from "./retry.ts";
import { runBounded } from "./run-bounded.ts";
import type { TabEnd, UploadPort, UploadState } from "./upload-port.ts";

/** Chunks under way at once, unless told otherwise: enough to hide a round trip, few enough to hold in memory. */
export const DEFAULT_UPLOAD_CONCURRENCY = 4;

/** One tab of a recording. */
export interface TabUpload {
  /** A UUIDv7 that the client made. */
  tabId: string;
  /** Its chunks, numbered. Cut again after a crash they must be the same, to the byte. */
  chunks: Iterable<EventChunk> | AsyncIterable<EventChunk>;
}

/** A recording to upload. */
export interface SessionUpload {
  /** A UUIDv7 that the client made; the same one again resumes. */
  sessionId: string;
  /** A name for people. */
  displayName: string;
  /** Its tabs, each with at least one chunk; one without any is left out. */
  tabs: readonly TabUpload[];
}

/** How far an upload is. All counts include what an earlier, interrupted upload had brought over. */
export interface UploadProgress {
  /** Events that are durable. */
  events: number;
  /** Bytes of their JSON. */
  jsonBytes: number;
  /** Chunks that are durable. */
  chunks: number;
  /** Of those, chunks that the server had before this upload began. */
  resumedChunks: number;
  /** Compressed bytes that were sent and acknowledged. */
  sentBytes: number;
  /** Values that the server masked. */
  maskedValues: number;
}

/** How an upload is done. */
export interface UploadOptions {
  /** Chunks under way at once. */
  concurrency?: number;
  /** Replaces parts of DEFAULT_RETRY_POLICY. */
  retry?: Partial<RetryPolicy>;
  /** Stops the upload; what is durable stays so, and the same call resumes. */
  signal?: AbortSignal;
  /** Called after each chunk. */
  onProgress?: (progress: UploadProgress) => void;
  /** Called before a failed call is repeated. */
  onRetry?: (notice: RetryNotice) => void;
}

/** What an upload came to. */
export interface UploadOutcome extends UploadProgress {
  /** What the server holds now; `complete` is false if it still misses something. */
  state: UploadState;
}

/**
 * Brings a recording over: opens the session, asks what the server has, sends the rest with bounded concurrency and
 * patience, states the ends of the tabs. Throws UploadError for what waiting cannot mend; every step may be repeated.
 */
export async function uploadSession(
  port: UploadPort,
  session: SessionUpload,
  options: UploadOptions = {},
): Promise<UploadOutcome> {
  return new SessionUploader(port, session, options).run();
}

class SessionUploader {
  readonly #port: UploadPort;
  readonly #session: SessionUpload;
  readonly #options: UploadOptions;
  readonly #policy: RetryPolicy;
  readonly #gate: PauseGate;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #progress: UploadProgress = {
    events: 0,
    jsonBytes: 0,
    chunks: 0,
    resumedChunks: 0,
    sentBytes: 0,
    maskedValues: 0,
  };

  constructor(port: UploadPort, session: SessionUpload, options: UploadOptions) {
    this.#port = port;
    this.#session = session;
    this.#options = options;
    this.#policy = { ...DEFAULT_RETRY_POLICY, ...options.retry };
    this.#gate = new PauseGate(this.#policy.sleep);
    this.#signal =
      options.signal === undefined ? this.#stop.signal : AbortSignal.any([options.signal, this.#stop.signal]);
  }

  async run(): Promise<UploadOutcome> {
    const { sessionId, displayName } = this.#session;
    await this.#call(() => this.#port.createSession(sessionId, displayName, this.#signal));
    const held = await this.#call(() => this.#port.getUploadState(sessionId, this.#signal));
    this.#pause(held.throttleMs);

    const ends: TabEnd[] = [];
    for (const tab of this.#session.tabs) {
      const lastSeq = await this.#sendTab(tab, held);
      if (lastSeq >= 0) ends.push({ tabId: tab.tabId, lastSeq });
    }
    const state = await this.#call(() => this.#port.finishSession(sessionId, ends, this.#signal));
    return { ...this.#progress, state };
  }

  /** Returns the number of the tab's last chunk, -1 if there is none. */
  async #sendTab(tab: TabUpload, held: UploadState): Promise<number> {
    const atServer = held.tabs.find((row) => row.tabId === tab.tabId);
    let lastSeq = -1;
    await runBounded(tab.chunks, this.#options.concurrency ?? DEFAULT_UPLOAD_CONCURRENCY, async (chunk) => {
      lastSeq = Math.max(lastSeq, chunk.seq);
      try {
        if (isDurable(atServer, chunk.seq)) this.#count(chunk, { resumedChunks: 1 });
        else await this.#sendChunk(tab.tabId, chunk);
      } catch (error) {
        // The others would go on waiting and repeating for an upload that has failed.
        this.#stop.abort(error);
        throw error;
      }
    });
    return lastSeq;
  }

  async #sendChunk(tabId: string, chunk: EventChunk): Promise<void> {
    const encoded = await encodeChunk(chunk);
    const answer = await this.#call(() => this.#port.putChunk(this.#session.sessionId, tabId, encoded, this.#signal));
    this.#pause(answer.throttleMs);
    this.#count(chunk, { sentBytes: encoded.payload.byteLength, maskedValues: answer.maskedValues });
  }

  #call<T>(call: () => Promise<T>): Promise<T> {
    const afterPause = async (): Promise<T> => {
      await this.#gate.wait(this.#signal);
      return call();
    };
    return withRetry(afterPause, {
      policy: this.#policy,
      signal: this.#signal,
      onRetry: (notice) => {
        this.#pause(notice.error.retryAfterMs);
        this.#options.onRetry?.(notice);
      },
    });
  }

  #pause(ms: number): void {
    this.#gate.pauseFor(Math.min(ms, MAX_RETRY_AFTER_MS), this.#signal);
  }

  #count(chunk: EventChunk, more: Partial<UploadProgress>): void {
    const progress = this.#progress;
    progress.events += chunk.eventCount;
    progress.jsonBytes += chunk.json.byteLength;
    progress.chunks += 1;
    progress.resumedChunks += more.resumedChunks ?? 0;
    progress.sentBytes += more.sentBytes ?? 0;
    progress.maskedValues += more.maskedValues ?? 0;
    this.#options.onProgress?.({ ...progress });
  }
}
