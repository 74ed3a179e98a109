import type { EncodedChunk } from "./encode-chunk.ts";
import type { UploadError } from "./upload-error.ts";

/** A run of chunk numbers, both ends included. */
export interface SeqRange {
  /** First number of the run. */
  first: number;
  /** Last number of the run. */
  last: number;
}

/** What the server holds of one tab. */
export interface TabUploadState {
  /** The tab. */
  tabId: string;
  /** Every chunk from 0 to this one is durable; -1: not even chunk 0. */
  durableThrough: number;
  /** Gaps below the highest number that is stored or stated, lowest first, at most 100. */
  missing: SeqRange[];
  /** Number of the last chunk as stated by finishSession; -1 before. */
  lastSeq: number;
  /**
   * Nothing that was stored after the last gap (or, without one, from the start) has a FullSnapshot, so that it cannot
   * be replayed. It may pass by itself while the tab's chunks are under way.
   */
  needsFullSnapshot: boolean;
}

/** What the server wants the client to do next. */
export interface Directive {
  /** `throttle`: wait before the next upload; `stop`: upload nothing until getUploadState says otherwise. */
  action: "continue" | "throttle" | "stop";
  /** For how long, in milliseconds; 0: not said. */
  retryAfterMs: number;
  /** Why, as a stable snake_case word; empty for `continue`. */
  reason: string;
}

/** What the server holds of a session. */
export interface UploadState {
  /** Everything that was stated is stored. */
  complete: boolean;
  /** One row a tab that has a chunk or was named by finishSession. */
  tabs: TabUploadState[];
  /** What to do next. */
  directive: Directive;
}

/** The answer to a chunk: it is durable. */
export interface ChunkAnswer {
  /** The same chunk was stored before. */
  duplicate: boolean;
  /** What the server holds of the chunk's tab. */
  tab: TabUploadState;
  /** What to do next. */
  directive: Directive;
  /** Values that the server masked in this chunk. */
  maskedValues: number;
}

/** A chunk and where it belongs. */
export interface AddressedChunk {
  /** The session. */
  sessionId: string;
  /** The tab. */
  tabId: string;
  /** The chunk. */
  chunk: EncodedChunk;
}

/** The answer to many chunks. */
export interface ChunksAnswer {
  /** One a chunk, in the order of the request: it is durable, or why it is not. */
  results: (ChunkAnswer | UploadError)[];
  /** What to do next. */
  directive: Directive;
}

/** The last chunk of a tab. */
export interface TabEnd {
  /** The tab. */
  tabId: string;
  /** Number of its last chunk. */
  lastSeq: number;
}

/** Most chunks of one putChunks. */
export const MAX_BATCH_CHUNKS = 100;

/**
 * The five calls that an upload needs (gigtrail.ingest.v1.IngestService). An implementation throws UploadError for
 * whatever the server or the network refuses, and does not repeat a call by itself.
 */
export interface UploadPort {
  /** Opens a session under an id that the client made (UUIDv7); the same id again is answered alike. */
  createSession(sessionId: string, displayName: string, signal?: AbortSignal): Promise<void>;
  /** Stores one chunk; the answer means that it is durable. */
  putChunk(sessionId: string, tabId: string, chunk: EncodedChunk, signal?: AbortSignal): Promise<ChunkAnswer>;
  /** Stores up to MAX_BATCH_CHUNKS chunks, of any sessions; each is answered by itself. */
  putChunks(chunks: readonly AddressedChunk[], signal?: AbortSignal): Promise<ChunksAnswer>;
  /** What the server holds. */
  getUploadState(sessionId: string, signal?: AbortSignal): Promise<UploadState>;
  /** States the last chunk of every tab that sent something. */
  finishSession(sessionId: string, tabs: readonly TabEnd[], signal?: AbortSignal): Promise<UploadState>;
}
