/** How a bench is run. */
export interface BenchOptions {
  /** Only to see that it works: so short that its figures say nothing. */
  readonly quick: boolean;
  /** For the soak: how long, in minutes. */
  readonly minutes: number;
}
