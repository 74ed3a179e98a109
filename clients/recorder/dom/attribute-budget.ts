import { EventType, IncrementalSource } from "@rrweb/types";
import type { RrwebEvent } from "./rrweb-event.ts";

/** Changes of attributes that one element may have at once. */
export const BURST_PER_NODE = 100;

/** Changes of attributes that one element gets back each second. */
export const REFILL_PER_SECOND = 10;

/** Elements whose budget is kept; beyond it all budgets start anew. */
const MAX_NODES = 20_000;

/**
 * Holds back elements that change their attributes all the time, as spinners and carousels do: they can fill a
 * recording by themselves. Added and removed nodes and text always pass, for without them a replay falls apart.
 */
export class AttributeBudget {
  readonly #buckets = new Map<number, { left: number; at: number }>();

  /** The event without the changes that are over budget, and how many those are; no event where nothing is left. */
  apply(event: RrwebEvent): { event: RrwebEvent | undefined; dropped: number } {
    if (event.type === EventType.FullSnapshot) this.#buckets.clear(); // node ids may start anew
    if (event.type !== EventType.IncrementalSnapshot || event.data.source !== IncrementalSource.Mutation) {
      return { event, dropped: 0 };
    }
    const { data } = event;
    const attributes = data.attributes.filter(({ id }) => this.#take(id, event.timestamp));
    const dropped = data.attributes.length - attributes.length;
    if (dropped === 0) return { event, dropped };
    const isEmpty = attributes.length + data.adds.length + data.removes.length + data.texts.length === 0;
    return { event: isEmpty ? undefined : { ...event, data: { ...data, attributes } }, dropped };
  }

  #take(id: number, at: number): boolean {
    if (this.#buckets.size >= MAX_NODES) this.#buckets.clear();
    const bucket = this.#buckets.get(id) ?? { left: BURST_PER_NODE, at };
    bucket.left = Math.min(BURST_PER_NODE, bucket.left + ((at - bucket.at) / 1_000) * REFILL_PER_SECOND);
    bucket.at = at;
    this.#buckets.set(id, bucket);
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }
}
