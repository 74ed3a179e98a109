/** A number of things that may be kept, over which the rest is only counted. */
export class Budget {
  #used = 0;
  #refused = 0;
  constructor(readonly max: number) {}

  /** How many were refused. */
  get refused(): number {
    return this.#refused;
  }

  /** Takes `count` at once, or none and says so. */
  take(count = 1): boolean {
    if (this.#used + count > this.max) {
      this.#refused++;
      return false;
    }
    this.#used += count;
    return true;
  }
}
