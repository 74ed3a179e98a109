import { pause, type Running } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import { assertMessageFits, type Bus, DUPLICATE_WINDOW_MS, type MessageHandler, REDELIVERY_MS } from "./bus.ts";
import { subjectMatches } from "./subject.ts";

/** Work kept for groups that come later, oldest dropped first; the sweeps find what that loses. */
const MAX_KEPT_MESSAGES = 10_000;

interface Kept {
  subject: string;
  message: Uint8Array;
}

/** A group's place: what it has still to do, and whoever waits for more. */
interface Group {
  subject: string;
  pending: Kept[];
  waiting: (() => void)[];
}

interface Listener {
  subject: string;
  heard: (message: Uint8Array, subject: string) => void;
}

/** The bus of an all-in-one: the same promises as JetStream's, within one process. */
export class InProcessBus implements Bus {
  readonly #kept: Kept[] = [];
  readonly #ids = new Map<string, number>();
  readonly #groups = new Map<string, Group>();
  readonly #listeners = new Set<Listener>();

  constructor(private readonly log: Log) {}

  async publish(subject: string, message: Uint8Array, id: string): Promise<void> {
    assertMessageFits(message);
    if (this.#isDuplicate(id)) return;
    const kept = { subject, message };
    this.#kept.push(kept);
    if (this.#kept.length > MAX_KEPT_MESSAGES) this.#kept.shift();
    for (const group of this.#groups.values()) {
      if (!subjectMatches(group.subject, subject)) continue;
      group.pending.push(kept);
      if (group.pending.length > MAX_KEPT_MESSAGES) group.pending.shift();
      group.waiting.shift()?.();
    }
  }

  async consume(subject: string, group: string, handler: MessageHandler): Promise<Running> {
    const stopping = new AbortController();
    const state = this.#group(subject, group);
    const running = this.#deliver(state, handler, stopping.signal);
    return {
      stop: async () => {
        stopping.abort();
        for (const wake of state.waiting.splice(0)) wake();
        await running;
      },
    };
  }

  broadcast(subject: string, message: Uint8Array): void {
    assertMessageFits(message);
    for (const listener of this.#listeners) {
      if (!subjectMatches(listener.subject, subject)) continue;
      // Not within the caller's turn: a listener must not be able to slow or break who broadcasts.
      setImmediate(() => this.#tell(listener, message, subject));
    }
  }

  listen(subject: string, heard: (message: Uint8Array, subject: string) => void): Running {
    const listener = { subject, heard };
    this.#listeners.add(listener);
    return {
      stop: async () => {
        this.#listeners.delete(listener);
      },
    };
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {
    this.#listeners.clear();
  }

  #group(subject: string, name: string): Group {
    const key = `${subject} ${name}`;
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const pending = this.#kept.filter((kept) => subjectMatches(subject, kept.subject));
    const group = { subject, pending, waiting: [] };
    this.#groups.set(key, group);
    return group;
  }

  async #deliver(group: Group, handler: MessageHandler, stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const next = group.pending.shift();
      if (next === undefined) {
        await new Promise<void>((resolve) => group.waiting.push(resolve));
        continue;
      }
      try {
        await handler(next.message);
      } catch (error) {
        this.log.warn({ error, subject: next.subject }, "a message could not be handled and comes again");
        group.pending.push(next);
        await pause(REDELIVERY_MS, stopping);
      }
    }
  }

  #tell(listener: Listener, message: Uint8Array, subject: string): void {
    if (!this.#listeners.has(listener)) return;
    try {
      listener.heard(message, subject);
    } catch (error) {
      this.log.error({ error, subject }, "a listener failed");
    }
  }

  #isDuplicate(id: string): boolean {
    const now = Date.now();
    for (const [known, time] of this.#ids) {
      if (now - time < DUPLICATE_WINDOW_MS) break;
      this.#ids.delete(known);
    }
    if (this.#ids.has(id)) return true;
    this.#ids.set(id, now);
    return false;
  }
}
