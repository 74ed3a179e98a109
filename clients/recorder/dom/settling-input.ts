/** A field counts as filled when nobody has typed for this long, in milliseconds. */
export const INPUT_SETTLE_MS = 2_000;

/** Makes one telling of many key strokes: a field is told when typing rests, when it is left, or when something else is done. */
export class SettlingInput {
  readonly #tell: (field: HTMLElement) => void;
  #field: HTMLElement | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (field: HTMLElement) => void) {
    this.#tell = tell;
  }

  /** A character was typed into a field. */
  typed(field: HTMLElement): void {
    if (this.#field !== field) this.flush();
    this.#field = field;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), INPUT_SETTLE_MS);
  }

  /** Tells the field that was typed into last, if it was not told yet. */
  flush(): void {
    clearTimeout(this.#timer);
    const field = this.#field;
    this.#field = undefined;
    if (field) this.#tell(field);
  }
}
