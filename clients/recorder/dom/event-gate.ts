import { safeUrl } from "@gigtrail/upwork/safe-url";
import { EventType } from "@rrweb/types";
import { AttributeBudget } from "./attribute-budget.ts";
import type { DropReason, SendRecorderEvent } from "./recorder-event.ts";
import type { RrwebEvent } from "./rrweb-event.ts";

/** Recorder events that are kept until rrweb has begun; beyond it they are counted and dropped. */
export const MAX_WAITING = 200;

/** Time between two tellings of what was dropped, in milliseconds. */
export const DROPPED_EVERY_MS = 10_000;

/** What a gate stands on. */
export interface EventGateOptions {
  /** Takes what passes. */
  emit(event: RrwebEvent): void;
  /** Told of errors of `emit`. */
  onError(error: unknown): void;
  /** Whether the page may be recorded at its address of now. */
  mayRecordNow(): boolean;
}

/**
 * The one way out of the page. Nothing passes while the address is one that is never recorded, whoever noticed first;
 * nothing that the receiver throws gets into the page; what is held back is counted and told as `gt.dropped`.
 */
export class EventGate {
  readonly #options: EventGateOptions;
  readonly #budget = new AttributeBudget();
  readonly #dropped = new Map<DropReason, number>();
  readonly #waiting: ((add: SendRecorderEvent) => void)[] = [];
  #add: SendRecorderEvent | undefined;
  #isClosed = false;
  #toldAt = 0;

  constructor(options: EventGateOptions) {
    this.#options = options;
  }

  /** Takes an event of rrweb, which stamps recorder events too. */
  take(event: RrwebEvent): void {
    if (this.#isClosed || !this.#options.mayRecordNow()) return;
    const { event: kept, dropped } = this.#budget.apply(event);
    if (dropped > 0) this.#count("mutation_budget", dropped);
    if (kept) this.#emit(withSafeAddress(kept));
    if (this.#dropped.size > 0 && event.timestamp - this.#toldAt >= DROPPED_EVERY_MS)
      this.#tellDropped(event.timestamp);
  }

  /** Sends a recorder event; before rrweb has begun it waits. */
  readonly send: SendRecorderEvent = (tag, payload) => {
    if (this.#isClosed) return;
    if (this.#add) this.#add(tag, payload);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push((add) => add(tag, payload));
    else this.#count("outbox_full", 1);
  };

  /** rrweb has begun: `add` hands it events. What `sendFirst` sends comes before all that waited. */
  open(add: SendRecorderEvent, sendFirst: (send: SendRecorderEvent) => void): void {
    sendFirst(add);
    for (const send of this.#waiting.splice(0)) send(add);
    this.#add = add;
  }

  /** Tells what was dropped last, while rrweb still runs, and lets nothing pass from here on. */
  close(): void {
    if (this.#dropped.size > 0 && this.#options.mayRecordNow()) this.#tellDropped(Date.now());
    this.#isClosed = true;
  }

  #count(reason: DropReason, count: number): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + count);
  }

  #tellDropped(at: number): void {
    this.#toldAt = at;
    const dropped = [...this.#dropped];
    this.#dropped.clear();
    for (const [reason, count] of dropped) this.#add?.("gt.dropped", { count, reason });
  }

  #emit(event: RrwebEvent): void {
    try {
      this.#options.emit(event);
    } catch (error) {
      this.#options.onError(error);
    }
  }
}

// rrweb writes the whole address into Meta, with names and tokens of its query.
function withSafeAddress(event: RrwebEvent): RrwebEvent {
  return event.type === EventType.Meta ? { ...event, data: { ...event.data, href: safeUrl(event.data.href) } } : event;
}
