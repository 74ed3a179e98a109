import type { EncodedChunk } from "./encode-chunk.ts";

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
  /** Without a FullSnapshot the tab cannot be replayed: the recorder should take one. */
  needsFullSnapshot: boolean;
}

/** What the server holds of a session. */
export interface UploadState {
  /** Everything that was stated is stored. */
  complete: boolean;
  /** One row a tab that has a chunk or was named by finishSession. */
  tabs: TabUploadState[];
  /** How long the server wants the client to wait before the next upload, in milliseconds; 0: go on. */
  throttleMs: number;
}

/** The answer to a chunk: it is durable. */
export interface ChunkAnswer {
  /** The same chunk was stored before. */
  duplicate: boolean;
  /** What the server holds of the chunk's tab. */
  tab: TabUploadState;
  /** How long the server wants the client to wait before the next upload, in milliseconds; 0: go on. */
  throttleMs: number;
  /** Values that the server masked in this chunk. */
  maskedValues: number;
}

/** The last chunk of a tab. */
export interface TabEnd {
  /** The tab. */
  tabId: string;
  /** Number of its last chunk. */
  lastSeq: number;
}

/**
 * The four calls that an upload needs (gigtrail.ingest.v1.IngestService). An implementation throws UploadError for
 * whatever the server or the network refuses, and does not repeat a call by itself.
 */
export interface UploadPort {
  /** Opens a session under an id that the client made (UUIDv7); the same id again is answered alike. */
  createSession(sessionId: string, displayName: string, signal?: AbortSignal): Promise<void>;
  /** Stores one chunk; the answer means that it is durable. */
  putChunk(sessionId: string, tabId: string, chunk: EncodedChunk, signal?: AbortSignal): Promise<ChunkAnswer>;
  /** What the server holds. */
  getUploadState(sessionId: string, signal?: AbortSignal): Promise<UploadState>;
  /** States the last chunk of every tab that sent something. */
  finishSession(sessionId: string, tabs: readonly TabEnd[], signal?: AbortSignal): Promise<UploadState>;
}
