import type { EventChunk } from "./chunk-events.ts";
import { isDurable } from "./durable-chunks.ts";
import { type EncodedChunk, encodeChunk } from "./encode-chunk.ts";
import { createMemoryStore } from "./memory-store.ts";
import { Outbox } from "./outbox.ts";
import { OutboxError } from "./outbox-error.ts";
import type { ChunkRow } from "./outbox-store.ts";
import { DEFAULT_RETRY_POLICY, type RetryNotice, type RetryPolicy } from "./retry.ts";
import { runBounded } from "./run-bounded.ts";
import { isRetryable, UploadError } from "./upload-error.ts";
import type { TabEnd, UploadPort, UploadState } from "./upload-port.ts";
import { DEFAULT_UPLOAD_CONCURRENCY, Uploader } from "./uploader.ts";

/** Compressed bytes that are held while they wait for their upload; the source is not read on above it. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** What the server takes of a compressed chunk, in bytes; must be below MAX_HELD_BYTES. */
const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024;

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
  /** Calls under way at once. */
  concurrency?: number;
  /** Most chunks of one call; 1: each goes by itself. */
  maxBatchChunks?: number;
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
 * Brings over a recording whose events lie somewhere else and can be read again: an Uploader on an outbox in memory
 * that holds a part at a time. Opens the session, asks what the server has, sends the rest, states the ends of the
 * tabs. Throws UploadError for what waiting cannot mend, for a stop of the server, and when the attempts are used up.
 */
export async function uploadSession(
  port: UploadPort,
  session: SessionUpload,
  options: UploadOptions = {},
): Promise<UploadOutcome> {
  return new SessionFeeder(port, session, options).run();
}

class SessionFeeder {
  readonly #session: SessionUpload;
  readonly #options: UploadOptions;
  readonly #outbox: Outbox;
  readonly #uploader: Uploader;
  readonly #end = new AbortController();
  readonly #signal: AbortSignal;
  readonly #opened = Promise.withResolvers<UploadState>();
  readonly #finished = Promise.withResolvers<UploadState>();
  #freed = Promise.withResolvers<void>();
  readonly #progress: UploadProgress = { events: 0, chunks: 0, resumedChunks: 0, sentBytes: 0, maskedValues: 0 };

  constructor(port: UploadPort, session: SessionUpload, options: UploadOptions) {
    this.#session = session;
    this.#options = options;
    this.#signal = AbortSignal.any([this.#end.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    const store = createMemoryStore();
    this.#outbox = new Outbox(store, MAX_HELD_BYTES);
    const fail = (_: unknown, error: UploadError): void => this.#end.abort(error);
    this.#uploader = new Uploader(store, port, {
      ...options,
      onOpened: (_, state) => this.#opened.resolve(state),
      onForgotten: (rows) => rows.forEach((row) => this.#count(row.eventCount)),
      onStored: (row, { maskedValues }) => this.#countStored(row, maskedValues),
      onFinished: (_, state) => this.#finished.resolve(state),
      onParked: fail,
      onSessionDeleted: fail,
      onStop: (error) => this.#end.abort(error),
      onRetry: (notice) => this.#judge(notice),
    });
  }

  async run(): Promise<UploadOutcome> {
    const { sessionId, displayName, tabs } = this.#session;
    this.#signal.throwIfAborted();
    await this.#outbox.startSession(sessionId, displayName);
    const running = this.#uploader.run(this.#signal);
    // It ends by itself only when it has failed or was stopped.
    const failed = running.then((): never => {
      throw this.#signal.reason;
    });
    failed.catch(() => undefined);
    try {
      const held = await Promise.race([this.#opened.promise, failed]);
      const ends: TabEnd[] = [];
      for (const tab of tabs) {
        const lastSeq = await this.#feed(tab, held, failed);
        if (lastSeq >= 0) ends.push({ tabId: tab.tabId, lastSeq });
      }
      await this.#outbox.finishSession(sessionId, ends);
      this.#uploader.wake();
      const state = await Promise.race([this.#finished.promise, failed]);
      return { ...this.#progress, state };
    } finally {
      this.#end.abort();
      await running.catch(() => undefined);
    }
  }

  /** Returns the number of the tab's last chunk, -1 if there is none. */
  async #feed(tab: TabUpload, held: UploadState, failed: Promise<never>): Promise<number> {
    const atServer = held.tabs.find((row) => row.tabId === tab.tabId);
    let lastSeq = -1;
    await runBounded(tab.chunks, this.#options.concurrency ?? DEFAULT_UPLOAD_CONCURRENCY, async (chunk) => {
      this.#signal.throwIfAborted();
      lastSeq = Math.max(lastSeq, chunk.seq);
      if (isDurable(atServer, chunk.seq)) this.#count(chunk.eventCount, { resumedChunks: 1 });
      else await this.#add(tab.tabId, await encodeChunk(chunk), failed);
    });
    return lastSeq;
  }

  /** Puts a chunk into the outbox when there is room. */
  async #add(tabId: string, chunk: EncodedChunk, failed: Promise<never>): Promise<void> {
    if (chunk.payload.byteLength > MAX_PAYLOAD_BYTES) {
      const details = { code: "resource_exhausted", reason: "payload_too_large" };
      throw new UploadError("A chunk takes at most 32 MiB compressed.", details);
    }
    for (;;) {
      const { promise: freed } = this.#freed;
      try {
        await this.#outbox.addChunk(this.#session.sessionId, tabId, chunk);
        this.#uploader.wake();
        return;
      } catch (error) {
        if (!(error instanceof OutboxError) || error.reason !== "outbox_full") throw error;
        await Promise.race([freed, failed]);
      }
    }
  }

  /** Somebody waits for this upload: it is given up where an Uploader for ever would go on. */
  #judge(notice: RetryNotice): void {
    const maxAttempts = this.#options.retry?.maxAttempts ?? DEFAULT_RETRY_POLICY.maxAttempts;
    if (!isRetryable(notice.error) || notice.attempt >= maxAttempts) this.#end.abort(notice.error);
    else this.#options.onRetry?.(notice);
  }

  #countStored(row: ChunkRow, maskedValues: number): void {
    this.#freed.resolve();
    this.#freed = Promise.withResolvers<void>();
    this.#count(row.eventCount, { sentBytes: row.bytes, maskedValues });
  }

  #count(events: number, more: Partial<UploadProgress> = {}): void {
    const progress = this.#progress;
    progress.events += events;
    progress.chunks += 1;
    progress.resumedChunks += more.resumedChunks ?? 0;
    progress.sentBytes += more.sentBytes ?? 0;
    progress.maskedValues += more.maskedValues ?? 0;
    this.#options.onProgress?.({ ...progress });
  }
}
