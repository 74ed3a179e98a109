import { createRandom } from "@gigtrail/load/recordings/random-text";

/** Choices that are the same ones for the same seed. What depends on the clock of the run is not chosen by it. */
export class Random {
  readonly #next: () => number;

  /** `seed` may be any text; each part of the run has one of its own, so that one does not shift the other's choices. */
  constructor(seed: string) {
    this.#next = createRandom(Bun.hash.xxHash32(seed));
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** One of the items; throws when there is none. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new Error("there is nothing to choose from");
    return item;
  }

  /** The items in another order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.flatMap(() => left.splice(this.between(0, left.length - 1), 1));
  }
}
