import type { ChunkRow, ParkedRow } from "./outbox-store.ts";
import type { RetryNotice } from "./retry.ts";
import type { UploadError } from "./upload-error.ts";
import type { ChunkAnswer, UploadState } from "./upload-port.ts";
import type { DroppedSession } from "./upload-queue.ts";

/** What the uploader is doing. */
export type UploadStatus =
  /** Everything that can be sent is durable. */
  | { kind: "idle" }
  /** Calls are under way. */
  | { kind: "uploading" }
  /** Something failed or the server asked for a pause; it goes on by itself. */
  | { kind: "waiting"; reason: string }
  /** The server wants nothing: nothing should be recorded either. It is asked again by itself. */
  | { kind: "stopped"; reason: string }
  /** No token, or one that the server refuses. Tried again by itself, and at once on `wake`. */
  | { kind: "signed_out"; reason: string }
  /** Another context that shares the outbox uploads. */
  | { kind: "elsewhere" };

/** What an uploader tells. */
export interface UploaderHooks {
  /** A session is known to the server, which holds this much. Called once a session and run. */
  onOpened?(sessionId: string, state: UploadState): void;
  /** Chunks turned out to be durable already, and were not sent. */
  onForgotten?(rows: readonly ChunkRow[]): void;
  /** A chunk is durable. */
  onStored?(row: ChunkRow, answer: ChunkAnswer): void;
  /** A chunk was put aside, for good. */
  onParked?(row: ParkedRow, error: UploadError): void;
  /** The ends of a session are stated. */
  onFinished?(sessionId: string, state: UploadState): void;
  /** The server has deleted a session; what was left of it is thrown away. */
  onSessionDeleted?(dropped: DroppedSession, error: UploadError): void;
  /** A tab lacks a FullSnapshot that nothing under way brings; at most once a gap. */
  onNeedsFullSnapshot?(tabId: string, sessionId: string): void;
  /** A call failed and will be repeated. */
  onRetry?(notice: RetryNotice): void;
  /** Nothing is uploaded until the server says otherwise. */
  onStop?(error: UploadError): void;
  /** The uploader does something else now. */
  onStatus?(status: UploadStatus): void;
}
