/** Times after this, the start of the year 2100, are taken for no time at all; so are times up to 0. */
export const MAX_TIME_MS = 4_102_444_800_000;

/** A step ahead that is believed at once. Over it, two events running have to agree. */
export const MAX_STEP_MS = 24 * 60 * 60 * 1_000;

/**
 * The time of a tab: the running maximum of its events' times, in whole milliseconds (fractions are cut off), for a
 * client's clock may be set back and the order of events is their order of arrival, never their time.
 *
 * An event that is dated years off must not take the tab there with it. So impossible times are not looked at, and a
 * step of more than MAX_STEP_MS counts only once the next event confirms it (a laptop that slept over the weekend).
 */
export class TabClock {
  #nowMs: number | undefined;
  #claimedMs: number | undefined;

  /** Undefined until an event had a possible time. */
  get nowMs(): number | undefined {
    return this.#nowMs;
  }

  /** Takes the time of the tab's next event. */
  observe(timestampMs: number): void {
    const time = Math.floor(timestampMs);
    if (time <= 0 || time > MAX_TIME_MS) return;
    const isStep = this.#nowMs !== undefined && time - this.#nowMs > MAX_STEP_MS;
    const isConfirmed = this.#claimedMs !== undefined && Math.abs(time - this.#claimedMs) <= MAX_STEP_MS;
    if (isStep && !isConfirmed) {
      this.#claimedMs = time;
      return;
    }
    this.#claimedMs = undefined;
    this.#nowMs = Math.max(this.#nowMs ?? time, time);
  }
}
