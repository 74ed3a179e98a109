import { createMemoryStore } from "@gigtrail/recorder/core/memory-store";
import { openRecorder, type Recorder } from "@gigtrail/recorder/core/open-recorder";
import { OutboxError } from "@gigtrail/recorder/core/outbox-error";
import type { Account } from "./account.ts";
import { ClientLife } from "./client-life.ts";
import { type EventBatch, type Ledger, type SessionEntry, type TabEntry, tabOf } from "./ledger.ts";
import { ledgerPort } from "./ledger-port.ts";
import { HURRIED } from "./retry.ts";

/** Events of a chunk at most: few, so that there are many chunks. */
const MAX_CHUNK_EVENTS = 40;
/** How long an event waits for others, in milliseconds. */
const MAX_EVENT_WAIT_MS = 200;
/** Bytes of an outbox: little, so that it is full now and then while the server is away. */
const MAX_OUTBOX_BYTES = 3 * 1024 * 1024;
/** The first time of each tab's events: 2026-01-05T09:00:00Z. */
const START_MS = Date.UTC(2026, 0, 5, 9);

/** One that is recorded by this client and not finished. */
export interface OpenSession {
  readonly entry: SessionEntry;
  readonly tabs: TabEntry[];
}

/** Events that the recorder was given. */
interface Asked {
  readonly entry: SessionEntry;
  readonly tab: TabEntry;
  readonly answered: Promise<unknown>;
}

/**
 * A browser profile that records: a recorder on an outbox that outlives it. It can be killed and comes back, and
 * then counts what it did not know to be stored as dropped.
 */
export class ChaosClient {
  readonly #store = createMemoryStore();
  #life = new ClientLife();
  #recorder: Recorder;
  #back: Promise<void> = Promise.resolve();
  /** What was given to the recorder in this life and not answered yet. */
  readonly #asked = new Map<EventBatch, Asked>();
  /** Tabs that lack a FullSnapshot, as the server says. */
  readonly snapshotWanted = new Set<string>();

  constructor(
    readonly account: Account,
    private readonly ledger: Ledger,
  ) {
    this.#recorder = this.#open();
  }

  /** Ends it at whatever line it is, and opens it again after `downMs`. */
  async kill(downMs: number): Promise<void> {
    await this.#back;
    const back = Promise.withResolvers<void>();
    this.#back = back.promise;
    this.#life.kill();
    await Bun.sleep(downMs);
    this.#life = new ClientLife();
    this.#recorder = this.#open();
    await this.#reportUnknown();
    back.resolve();
  }

  /** Begins a session with so many tabs; undefined when the client was killed meanwhile. */
  async start(name: string, tabCount: number): Promise<OpenSession | undefined> {
    const sessionId = await this.#ask((recorder) => recorder.startSession(name));
    if (sessionId === undefined) return undefined;
    const entry = this.ledger.session(sessionId, this.account);
    const tabs: TabEntry[] = [];
    for (let index = 0; index < tabCount; index += 1) {
      const tabId = await this.#ask((recorder) => recorder.startTab(sessionId));
      if (tabId === undefined) continue;
      tabs.push(Object.assign(tabOf(entry, tabId), { nextMs: START_MS }));
    }
    return { entry, tabs };
  }

  /** Gives events of a tab to the recorder, with times of their own. What becomes of them is written down. */
  append(entry: SessionEntry, tab: TabEntry, events: readonly Readonly<Record<string, unknown>>[]): EventBatch {
    const batch: EventBatch = { fromMs: tab.nextMs, count: events.length, fate: "asked" };
    const timed = events.map((event, index) => ({ type: 0, ...event, timestamp: batch.fromMs + index }));
    tab.nextMs += events.length;
    tab.batches.push(batch);
    const answered = this.#recorder
      .appendEvents(tab.tabId, timed)
      .then(
        () => void (batch.fate = "kept"),
        (error: unknown) => this.#refused(entry, batch, error),
      )
      .finally(() => this.#asked.delete(batch));
    this.#asked.set(batch, { entry, tab, answered });
    return batch;
  }

  /** Waits until it is known of all events that were given whether they are kept. False: the client was killed. */
  async settled(): Promise<boolean> {
    return (
      (await Promise.race([
        Promise.all([...this.#asked.values()].map(({ answered }) => answered)),
        this.#life.died,
      ])) !== "died"
    );
  }

  /** Ends a session; false when the client was killed meanwhile. */
  async finish(sessionId: string): Promise<boolean> {
    return (await this.#ask(async (recorder) => (await recorder.finishSession(sessionId), true))) === true;
  }

  /** Resolves when it is alive. */
  async alive(): Promise<void> {
    await this.#back;
  }

  /** What its outbox holds, and what it does. */
  async state() {
    await this.#back;
    return this.#recorder.state();
  }

  async close(): Promise<void> {
    await this.#back;
    await this.#recorder.close();
  }

  async #ask<T>(what: (recorder: Recorder) => Promise<T>): Promise<T | undefined> {
    await this.#back;
    const answer = await Promise.race([what(this.#recorder), this.#life.died]);
    return answer === "died" ? undefined : answer;
  }

  #refused(entry: SessionEntry, batch: EventBatch, error: unknown): void {
    batch.fate = "unknown";
    if (error instanceof OutboxError && error.reason === "outbox_full") return;
    const isGone = error instanceof OutboxError && entry.fate !== "kept";
    if (!isGone) this.ledger.wrongs.push(`the recorder did not take events of ${entry.sessionId}: ${String(error)}`);
  }

  /** Whatever the last life did not answer may be lost: the tab's next chunk says how much. */
  async #reportUnknown(): Promise<void> {
    const unanswered = [...this.#asked];
    this.#asked.clear();
    for (const [batch, { entry, tab }] of unanswered) {
      batch.fate = "unknown";
      await this.#recorder.reportDropped(tab.tabId, batch.count).catch((error: unknown) => {
        if (entry.fate === "kept") this.ledger.wrongs.push(`nothing could be reported as lost: ${String(error)}`);
      });
    }
  }

  #open(): Recorder {
    const life = this.#life;
    return openRecorder({
      store: life.store(this.#store),
      port: life.port(ledgerPort(this.account, this.ledger)),
      maxBytes: MAX_OUTBOX_BYTES,
      limits: { maxEvents: MAX_CHUNK_EVENTS, maxWaitMs: MAX_EVENT_WAIT_MS },
      retry: HURRIED,
      onNeedsFullSnapshot: (tabId) => {
        this.ledger.snapshotsAskedFor += 1;
        this.snapshotWanted.add(tabId);
      },
      onRetry: () => {
        this.ledger.refusals += 1;
      },
      onSessionDeleted: ({ sessionId }) => {
        if (this.ledger.sessions.get(sessionId)?.fate === "kept")
          this.ledger.wrongs.push(`a client was told that ${sessionId} is deleted, and nobody had deleted it`);
      },
      onParked: ({ sessionId, seq, reason }) => {
        this.ledger.parkedChunks += 1;
        this.ledger.wrongs.push(`chunk ${seq} of ${sessionId} was refused for good: ${reason}`);
      },
      onError: (error) => this.ledger.wrongs.push(`an uploader failed: ${String(error)}`),
    });
  }
}
