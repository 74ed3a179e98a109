import { Bell } from "./bell.ts";
import { groupChunks } from "./group-chunks.ts";
import type { ChunkRow, OutboxStore, SessionRow } from "./outbox-store.ts";
import { PauseGate } from "./pause-gate.ts";
import { DEFAULT_RETRY_POLICY, MAX_RETRY_AFTER_MS, type RetryPolicy } from "./retry.ts";
import { RetryBook } from "./retry-book.ts";
import { SnapshotWatch } from "./snapshot-watch.ts";
import { UploadError } from "./upload-error.ts";
import { LEASE_RENEW_MS, UploadLease } from "./upload-lease.ts";
import {
  type AddressedChunk,
  type ChunkAnswer,
  type Directive,
  MAX_BATCH_CHUNKS,
  type TabUploadState,
  type UploadPort,
} from "./upload-port.ts";
import { type ChunkName, UploadQueue } from "./upload-queue.ts";
import type { UploaderHooks, UploadStatus } from "./uploader-hooks.ts";
import { verdictOf } from "./verdict.ts";

/** Calls under way at once, unless told otherwise: enough to hide a round trip, few enough to hold in memory. */
export const DEFAULT_UPLOAD_CONCURRENCY = 4;

/** How often an idle uploader looks for what other contexts have added, in milliseconds. */
export const IDLE_POLL_MS = 5_000;

/** When to ask again after a stop that does not say, in milliseconds. */
export const STOP_POLL_MS = 60_000;

/** Failures of a batch, or answers that a session is unknown, after which a chunk is tried by itself, or parked. */
const PATIENCE_ATTEMPTS = 3;

/** How an outbox is uploaded. */
export interface UploaderOptions extends UploaderHooks {
  /** Calls under way at once. Default: DEFAULT_UPLOAD_CONCURRENCY. */
  concurrency?: number;
  /** Most chunks of one call; 1: each goes by itself. Default: MAX_BATCH_CHUNKS. */
  maxBatchChunks?: number;
  /** Replaces parts of DEFAULT_RETRY_POLICY. The uploader itself never gives up. */
  retry?: Partial<RetryPolicy>;
}

/** A chunk with its payload. */
type LoadedChunk = AddressedChunk & { row: ChunkRow };

/**
 * Brings an outbox to the server: opens its sessions, forgets what the server holds, sends the rest, states the ends.
 * Nothing leaves the outbox before an answer proves it durable. It obeys the server's directives and goes on for ever;
 * several on one outbox do no harm, since every call may be repeated.
 */
export class Uploader {
  readonly #port: UploadPort;
  readonly #options: UploaderOptions;
  readonly #policy: RetryPolicy;
  readonly #queue: UploadQueue;
  readonly #lease: UploadLease;
  readonly #snapshots: SnapshotWatch;
  readonly #gate: PauseGate;
  readonly #book: RetryBook;
  readonly #bell = new Bell();
  readonly #jobs = new Set<Promise<void>>();
  /** Chunks and sessions that a call is under way for. */
  readonly #underWay = new Set<string>();
  /** Sessions that the server was asked about in this run. */
  readonly #ready = new Set<string>();
  /** Sessions that could not be opened so far: their chunks must not crowd out the others'. */
  readonly #openFailed = new Set<string>();
  /** Chunks that did not come through in a batch. */
  readonly #alone = new Set<string>();
  #canBatch = true;
  #stop: { sessionId: string; retryAfterMs: number } | undefined;
  #signedOut = false;
  /** What ends this run, the first one first. */
  #failures: unknown[] = [];
  #status: UploadStatus = { kind: "idle" };

  constructor(store: OutboxStore, port: UploadPort, options: UploaderOptions = {}) {
    this.#port = port;
    this.#options = options;
    this.#policy = { ...DEFAULT_RETRY_POLICY, ...options.retry };
    this.#queue = new UploadQueue(store);
    this.#lease = new UploadLease(store);
    this.#snapshots = new SnapshotWatch(store);
    this.#gate = new PauseGate(this.#policy.sleep);
    this.#book = new RetryBook(this.#policy, this.#gate, () => this.#bell.ring());
  }

  /** What it is doing. */
  get status(): UploadStatus {
    return this.#status;
  }

  /** Says that there may be something to do: a chunk was added, or the user has signed in again. */
  wake(): void {
    this.#signedOut = false;
    this.#bell.ring();
  }

  /** Uploads until `signal` is aborted. Rejects only with what is no refusal: a store that fails, a hook that throws. */
  async run(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#bell.ring();
    signal.addEventListener("abort", onAbort);
    this.#failures = [];
    this.#ready.clear();
    try {
      while (!signal.aborted && this.#failures.length === 0) await this.#round(signal);
    } finally {
      signal.removeEventListener("abort", onAbort);
      await Promise.all(this.#jobs);
      await this.#lease.release().catch(() => undefined);
    }
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  /** Begins what can be begun, then waits until something has changed. */
  async #round(signal: AbortSignal): Promise<void> {
    await this.#gate.wait();
    if (signal.aborted) return;
    if (this.#stop !== undefined) return this.#askAgain(this.#stop, signal);
    if (this.#signedOut) return this.#awaitSignIn();
    if (!(await this.#lease.hold())) {
      this.#setStatus({ kind: "elsewhere" });
      await this.#bell.wait(IDLE_POLL_MS);
      return;
    }
    await this.#begin(signal);
    if (this.#jobs.size > 0) {
      this.#setStatus({ kind: "uploading" });
      await this.#bell.wait(LEASE_RENEW_MS);
      return;
    }
    if (this.#book.restingCount === 0) {
      this.#setStatus({ kind: "idle" });
      await this.#lease.release();
    }
    await this.#bell.wait(IDLE_POLL_MS);
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const { concurrency = DEFAULT_UPLOAD_CONCURRENCY, maxBatchChunks = MAX_BATCH_CHUNKS } = this.#options;
    const free = (): number => concurrency - this.#jobs.size;
    if (free() <= 0) return;
    const most = Math.min(maxBatchChunks, MAX_BATCH_CHUNKS);
    const limit = this.#underWay.size + this.#book.restingCount + concurrency * most;
    const work = await this.#queue.waiting(limit, this.#openFailed);
    for (const session of work.sessions) {
      if (free() > 0 && !this.#ready.has(session.sessionId) && this.#isFree(session.sessionId)) {
        this.#do([session.sessionId], () => this.#open(session, signal), session.sessionId, signal);
      }
    }
    for (const session of work.toFinish) {
      if (free() > 0 && this.#ready.has(session.sessionId) && this.#isFree(session.sessionId)) {
        this.#do([session.sessionId], () => this.#finish(session, signal), session.sessionId, signal);
      }
    }
    const sendable = work.chunks.filter((row) => this.#ready.has(row.sessionId) && this.#isFree(nameOf(row)));
    const goesAlone = (row: ChunkRow): boolean => this.#alone.has(nameOf(row));
    const chunks = this.#canBatch ? most : 1;
    for (const rows of groupChunks(sendable, { groups: free(), chunks, goesAlone })) this.#send(rows, signal);
  }

  #isFree(key: string): boolean {
    return !this.#underWay.has(key) && !this.#book.isResting(key);
  }

  async #open(session: SessionRow, signal: AbortSignal): Promise<void> {
    const { sessionId, displayName } = session;
    if (!session.opened) {
      await this.#port.createSession(sessionId, displayName, signal);
      await this.#queue.setOpened(sessionId, true);
      this.#book.succeed([sessionId]);
    }
    const state = await this.#port.getUploadState(sessionId, signal);
    const forgotten = await this.#queue.forgetDurable(sessionId, state.tabs);
    this.#snapshots.acknowledge(forgotten);
    if (forgotten.length > 0) this.#options.onForgotten?.(forgotten);
    this.#openFailed.delete(sessionId);
    this.#ready.add(sessionId);
    this.#options.onOpened?.(sessionId, state);
    this.#obey(state.directive, sessionId, signal);
    await this.#watch(sessionId, state.tabs);
  }

  async #finish({ sessionId, finish }: SessionRow, signal: AbortSignal): Promise<void> {
    const state = await this.#port.finishSession(sessionId, finish?.ends ?? [], signal);
    await this.#queue.acknowledgeFinish(sessionId);
    this.#snapshots.forgetSession(sessionId);
    this.#options.onFinished?.(sessionId, state);
    this.#obey(state.directive, sessionId, signal);
  }

  #send(rows: readonly ChunkRow[], signal: AbortSignal): void {
    const names = rows.map(nameOf);
    const [first] = rows;
    if (first === undefined) return;
    this.#do(
      names,
      async () => {
        const loaded = await this.#queue.load(rows);
        const [only] = loaded;
        if (only === undefined) return;
        if (loaded.length > 1) return this.#sendBatch(loaded, signal);
        const answer = await this.#port.putChunk(only.sessionId, only.tabId, only.chunk, signal);
        await this.#stored([[only.row, answer]]);
        this.#obey(answer.directive, only.sessionId, signal);
      },
      first,
      signal,
    );
  }

  async #sendBatch(loaded: readonly LoadedChunk[], signal: AbortSignal): Promise<void> {
    let answer;
    try {
      answer = await this.#port.putChunks(loaded, signal);
    } catch (error) {
      if (!(error instanceof UploadError) || !this.#cannotBatch(error, loaded)) throw error;
      return;
    }
    const stored: [ChunkRow, ChunkAnswer][] = [];
    const refused: [ChunkRow, UploadError][] = [];
    for (const [index, { row }] of loaded.entries()) {
      const result = answer.results[index];
      if (result instanceof UploadError) refused.push([row, result]);
      else if (result !== undefined) stored.push([row, result]);
    }
    if (stored.length > 0) await this.#stored(stored);
    for (const [row, error] of refused) await this.#failed([nameOf(row)], error, row, signal);
    const [first] = loaded;
    if (first !== undefined) this.#obey(answer.directive, first.sessionId, signal);
  }

  /** Whether a batch was refused as such: an older server, or a proxy that takes less. Then its chunks go alone. */
  #cannotBatch({ code, reason }: UploadError, loaded: readonly LoadedChunk[]): boolean {
    if (code === "unimplemented" || reason === "rpc_unknown") this.#canBatch = false;
    else if (reason !== "request_too_large" && reason !== "request_invalid") return false;
    for (const { row } of loaded) this.#alone.add(nameOf(row));
    return true;
  }

  async #stored(answers: readonly [ChunkRow, ChunkAnswer][]): Promise<void> {
    const rows = answers.map(([row]) => row);
    await this.#queue.forget(rows);
    this.#snapshots.acknowledge(rows);
    const names = rows.map(nameOf);
    this.#book.succeed(names);
    for (const name of names) this.#alone.delete(name);
    for (const [row, answer] of answers) this.#options.onStored?.(row, answer);
    // The last answer of a tab says the most, whatever the order of the batch.
    const tabs = new Map(answers.map(([{ sessionId }, { tab }]) => [`${sessionId}/${tab.tabId}`, { sessionId, tab }]));
    for (const { sessionId, tab } of tabs.values()) await this.#watch(sessionId, [tab]);
  }

  async #watch(sessionId: string, tabs: readonly TabUploadState[]): Promise<void> {
    for (const tab of tabs) {
      if (await this.#snapshots.shouldAsk(sessionId, tab)) this.#options.onNeedsFullSnapshot?.(tab.tabId, sessionId);
    }
  }

  /** Runs one call beside the others; `subject` is the chunk or the session that it is for. */
  #do(keys: readonly string[], call: () => Promise<void>, subject: ChunkName | string, signal: AbortSignal): void {
    for (const key of keys) this.#underWay.add(key);
    const job: Promise<void> = call()
      .then(() => {
        if (typeof subject === "string") this.#book.succeed(keys);
      })
      .catch((error: unknown) => this.#failed(keys, error, subject, signal))
      .catch((error: unknown) => {
        this.#failures.push(error);
      })
      .finally(() => {
        this.#jobs.delete(job);
        for (const key of keys) this.#underWay.delete(key);
        this.#bell.ring();
      });
    this.#jobs.add(job);
  }

  async #failed(
    keys: readonly string[],
    error: unknown,
    subject: ChunkName | string,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    if (!(error instanceof UploadError)) throw error;
    const sessionId = typeof subject === "string" ? subject : subject.sessionId;
    const verdict = verdictOf(error);
    const attempts = Math.max(0, ...keys.map((key) => this.#book.attemptsOf(key)));
    if (verdict === "session_deleted") return this.#drop(sessionId, error);
    if (verdict === "stop") return this.#enterStop(sessionId, error);
    if (verdict === "session_unknown") {
      this.#ready.delete(sessionId);
      await this.#queue.setOpened(sessionId, false);
    }
    const isHopeless = verdict === "park" || (verdict === "session_unknown" && attempts + 1 >= PATIENCE_ATTEMPTS);
    if (typeof subject !== "string" && keys.length === 1 && isHopeless) {
      const parked = await this.#queue.park(subject, error);
      this.#book.forget(keys);
      if (parked !== undefined) this.#options.onParked?.(parked, error);
      return;
    }
    if (typeof subject === "string" && !this.#ready.has(subject)) this.#openFailed.add(subject);
    // One of them may be what the server or a proxy stumbles over.
    if (keys.length > 1 && attempts + 1 >= PATIENCE_ATTEMPTS) for (const key of keys) this.#alone.add(key);
    if (verdict === "sign_in") this.#signedOut = true;
    const why = error.reason || error.code;
    this.#setStatus({ kind: verdict === "sign_in" ? "signed_out" : "waiting", reason: why });
    const notice = this.#book.fail(keys, error, signal);
    this.#options.onRetry?.(notice);
  }

  async #drop(sessionId: string, error: UploadError): Promise<void> {
    const dropped = await this.#queue.dropSession(sessionId);
    this.#snapshots.forgetSession(sessionId);
    if (dropped !== undefined) this.#options.onSessionDeleted?.(dropped, error);
  }

  #obey({ action, retryAfterMs, reason }: Directive, sessionId: string, signal: AbortSignal): void {
    if (action === "throttle") {
      this.#setStatus({ kind: "waiting", reason });
      this.#gate.pauseFor(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS), signal);
    }
    if (action !== "stop") return;
    const details = { code: "resource_exhausted", reason, retryAfterMs };
    this.#enterStop(sessionId, new UploadError("The server takes no recordings now.", details));
  }

  #enterStop(sessionId: string, error: UploadError): void {
    this.#setStatus({ kind: "stopped", reason: error.reason || error.code });
    const isNews = this.#stop === undefined;
    this.#stop = { sessionId, retryAfterMs: Math.min(error.retryAfterMs || STOP_POLL_MS, MAX_RETRY_AFTER_MS) };
    if (isNews) this.#options.onStop?.(error);
  }

  /** Waits for `wake`; without one, the token source is asked again now and then. */
  async #awaitSignIn(): Promise<void> {
    if (!(await this.#bell.wait(this.#policy.maxDelayMs))) this.#signedOut = false;
  }

  /** Waits as long as the server asked for, then asks whether it goes on. */
  async #askAgain(stop: { sessionId: string; retryAfterMs: number }, signal: AbortSignal): Promise<void> {
    await Promise.all(this.#jobs);
    await this.#policy.sleep(stop.retryAfterMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const { directive } = await this.#port.getUploadState(stop.sessionId, signal);
      this.#stop = directive.action === "stop" ? stop : undefined;
      this.#obey(directive, stop.sessionId, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof UploadError)) throw error;
      // The session says nothing about the others any more: their next answer does.
      if (verdictOf(error) === "session_deleted" || verdictOf(error) === "session_unknown") this.#stop = undefined;
      await this.#failed([stop.sessionId], error, stop.sessionId, signal);
    }
  }

  #setStatus(status: UploadStatus): void {
    const before = this.#status;
    this.#status = status;
    if (JSON.stringify(before) !== JSON.stringify(status)) this.#options.onStatus?.(status);
  }
}

function nameOf({ sessionId, tabId, seq }: ChunkName): string {
  return `${sessionId}/${tabId}/${seq}`;
}
