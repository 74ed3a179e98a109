import { Outbox, type OutboxContents } from "./outbox.ts";
import { OutboxError } from "./outbox-error.ts";
import type { OutboxStore } from "./outbox-store.ts";
import { backoffDelayMs, DEFAULT_RETRY_POLICY } from "./retry.ts";
import { type BatchLimits, type RecordedEvent, TabBatcher } from "./tab-batcher.ts";
import type { UploadPort } from "./upload-port.ts";
import { type ChunkName, UploadQueue } from "./upload-queue.ts";
import { Uploader, type UploaderOptions } from "./uploader.ts";
import type { UploadStatus } from "./uploader-hooks.ts";
import { newUuidV7 } from "./uuid-v7.ts";

/** What a recorder works with. The hooks tell what the uploader does. */
export interface RecorderOptions extends UploaderOptions {
  /** Where recordings wait. Contexts of one browser profile share it. */
  store: OutboxStore;
  /** Reaches the server; undefined: this context only records, and another one that shares the store uploads. */
  port?: UploadPort;
  /** Most bytes of compressed chunks that may wait. Default: DEFAULT_MAX_OUTBOX_BYTES. */
  maxBytes?: number;
  /** How events are put together to chunks. */
  limits?: BatchLimits;
  /** The uploader failed with what is no refusal, for example of the store. It is begun again by itself. */
  onError?: (error: unknown) => void;
}

/** What a recorder holds and does, for people. */
export interface RecorderState extends OutboxContents {
  /** What the uploader of this context does. */
  upload: UploadStatus;
}

/**
 * Records sessions: batches events, keeps them in the outbox until they are durable at the server, and uploads them
 * beside. May be killed at any moment and opened anew on the same store.
 */
export interface Recorder {
  /** Begins a session and returns its id, a UUIDv7; from now on it survives a restart. */
  startSession(displayName: string): Promise<string>;
  /** Begins a tab of an open session and returns its id, a UUIDv7. Throws OutboxError session_not_open. */
  startTab(sessionId: string): Promise<string>;
  /**
   * Takes rrweb events of a tab, in their order. Resolves when they are in the outbox: from then on they cannot be lost.
   * Throws OutboxError session_not_open, and outbox_full: then they are not stored, but counted as dropped.
   */
  appendEvents(tabId: string, events: readonly RecordedEvent[]): Promise<void>;
  /** Counts events that the caller had to drop; the tab's next chunk reports them. */
  reportDropped(tabId: string, events: number): Promise<void>;
  /** Brings what waits for more events into the outbox now. */
  flush(): Promise<void>;
  /** Ends a session: takes no more events for it and states its ends when its chunks are over. */
  finishSession(sessionId: string): Promise<void>;
  /** What the outbox holds and the uploader does. */
  state(): Promise<RecorderState>;
  /** Gives up a chunk that the server refused for good. */
  discardParked(chunk: ChunkName): Promise<void>;
  /** Tries a chunk again that the server refused for good. */
  retryParked(chunk: ChunkName): Promise<void>;
  /** Uploads now if something waits: after signing in, or when the network is back. */
  wake(): void;
  /** Flushes and stops. What waits stays in the outbox. */
  close(): Promise<void>;
}

/** Opens a recorder on an outbox, and goes on with what waits there. */
export function openRecorder(options: RecorderOptions): Recorder {
  return new OutboxRecorder(options);
}

class OutboxRecorder implements Recorder {
  readonly #options: RecorderOptions;
  readonly #outbox: Outbox;
  readonly #queue: UploadQueue;
  readonly #uploader: Uploader | undefined;
  readonly #batchers = new Map<string, Promise<TabBatcher>>();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: RecorderOptions) {
    const { store, port } = options;
    this.#options = options;
    this.#outbox = new Outbox(store, options.maxBytes);
    this.#queue = new UploadQueue(store);
    this.#uploader = port === undefined ? undefined : new Uploader(store, port, this.#uploaderOptions());
    this.#running = this.#upload();
  }

  async startSession(displayName: string): Promise<string> {
    const sessionId = newUuidV7();
    await this.#outbox.startSession(sessionId, displayName);
    this.wake();
    return sessionId;
  }

  async startTab(sessionId: string): Promise<string> {
    const tabId = newUuidV7();
    await this.#outbox.startTab(sessionId, tabId);
    return tabId;
  }

  async appendEvents(tabId: string, events: readonly RecordedEvent[]): Promise<void> {
    await (await this.#batcher(tabId)).append(events);
  }

  async reportDropped(tabId: string, events: number): Promise<void> {
    await this.#outbox.countDropped((await this.#batcher(tabId)).sessionId, tabId, events);
  }

  async flush(): Promise<void> {
    await Promise.all(Array.from(this.#batchers.values(), async (batcher) => (await batcher).flush()));
  }

  async finishSession(sessionId: string): Promise<void> {
    const ofSession: string[] = [];
    try {
      for (const [tabId, opening] of this.#batchers) {
        const batcher = await opening;
        if (batcher.sessionId !== sessionId) continue;
        ofSession.push(tabId);
        await batcher.flush();
      }
    } finally {
      // Also when the outbox was full: those events are counted as dropped, and the session is over all the same.
      await this.#outbox.finishSession(sessionId);
      for (const tabId of ofSession) this.#batchers.delete(tabId);
      this.wake();
    }
  }

  async state(): Promise<RecorderState> {
    return { ...(await this.#outbox.contents()), upload: this.#uploader?.status ?? { kind: "elsewhere" } };
  }

  async discardParked(chunk: ChunkName): Promise<void> {
    await this.#queue.discardParked(chunk);
  }

  async retryParked(chunk: ChunkName): Promise<void> {
    await this.#queue.retryParked(chunk);
    this.wake();
  }

  wake(): void {
    this.#uploader?.wake();
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      this.#closing.abort();
      await this.#running;
      this.#options.store.close();
    }
  }

  /** One a tab, also for calls that come at the same time: the order of events hangs on it. */
  #batcher(tabId: string): Promise<TabBatcher> {
    const found = this.#batchers.get(tabId);
    if (found !== undefined) return found;
    const opening = this.#openBatcher(tabId);
    this.#batchers.set(tabId, opening);
    opening.catch(() => this.#batchers.delete(tabId));
    return opening;
  }

  async #openBatcher(tabId: string): Promise<TabBatcher> {
    const sessionId = await this.#outbox.sessionOf(tabId);
    if (sessionId === undefined) throw new OutboxError("session_not_open");
    return new TabBatcher(this.#outbox, { sessionId, tabId }, this.#options.limits ?? {}, () => this.wake());
  }

  #uploaderOptions(): UploaderOptions {
    const { onNeedsFullSnapshot } = this.#options;
    return {
      ...this.#options,
      onNeedsFullSnapshot: (tabId, sessionId) => void this.#tellSnapshot(tabId, sessionId, onNeedsFullSnapshot),
    };
  }

  /** One that waits for more events to join it is as good as one that is under way. */
  async #tellSnapshot(tabId: string, sessionId: string, tell: UploaderOptions["onNeedsFullSnapshot"]): Promise<void> {
    const batcher = await this.#batchers.get(tabId)?.catch(() => undefined);
    if (batcher?.holdsFullSnapshot !== true) tell?.(tabId, sessionId);
  }

  /** Runs the uploader until the recorder is closed. */
  async #upload(): Promise<void> {
    const { signal } = this.#closing;
    const policy = { ...DEFAULT_RETRY_POLICY, ...this.#options.retry };
    for (let failures = 0; this.#uploader !== undefined && !signal.aborted; failures += 1) {
      try {
        await this.#uploader.run(signal);
      } catch (error) {
        this.#options.onError?.(error);
        await policy.sleep(backoffDelayMs(failures, 0, policy), signal).catch(() => undefined);
      }
    }
  }
}
