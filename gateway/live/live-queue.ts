import type { LiveEvent } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";

/** Things whose latest state is kept for a viewer that reads slowly; the oldest falls away. */
const MAX_WAITING = 1_000;

/**
 * What a viewer has still to be told: the latest state of each thing, so that a slow reader costs bounded memory and
 * always ends with the truth.
 */
export class LiveQueue {
  readonly #waiting = new Map<string, LiveEvent>();
  #notify: (() => void) | undefined;

  add(event: LiveEvent): void {
    const key = keyOf(event);
    // To the end: an update is as new as its latest state.
    this.#waiting.delete(key);
    this.#waiting.set(key, event);
    if (this.#waiting.size > MAX_WAITING) this.#waiting.delete(this.#waiting.keys().next().value ?? "");
    this.#notify?.();
  }

  /** The oldest of what waits; undefined when nothing has come within `ms`, or the signal was aborted. */
  async next(ms: number, signal: AbortSignal): Promise<LiveEvent | undefined> {
    if (this.#waiting.size === 0) await this.#something(ms, signal);
    const first = this.#waiting.entries().next().value;
    if (first === undefined) return undefined;
    this.#waiting.delete(first[0]);
    return first[1];
  }

  #something(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#notify = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
      this.#notify = done;
      if (signal.aborted) done();
    });
  }
}

/** What an event is the state of. Tabs upload side by side, so each has its own. */
function keyOf({ change }: LiveEvent): string {
  switch (change.case) {
    case "uploadState":
      return `upload ${change.value.sessionId} ${change.value.tabs.map((tab) => tab.tabId).join()}`;
    case "analysis":
      return `analysis ${change.value.sessionId}`;
    case "export":
      return `export ${change.value.exportId}`;
    default:
      return "";
  }
}
