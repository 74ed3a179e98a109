import type { EventRun } from "./read-events.ts";

/** A place in a session's events: so many bytes of one chunk, and all before it. */
interface Place {
  tabId: string;
  seq: number;
  bytes: number;
}

const START: Place = { tabId: "", seq: -1, bytes: 0 };

/** Remembers how far a session was given out, so that a read that is begun anew goes on from there. */
export class ReadProgress {
  #given = START;
  #at = START;

  /** The read begins at the session's first event again. */
  restart(): void {
    this.#at = START;
  }

  /** What of the next run was not given out before; undefined when all of it was. */
  take(run: EventRun): EventRun | undefined {
    const { tabId, seq, data } = run;
    const start = tabId === this.#at.tabId && seq === this.#at.seq ? this.#at.bytes : 0;
    this.#at = { tabId, seq, bytes: start + data.length };
    if (comparePlaces(this.#at, this.#given) <= 0) return undefined;
    const known = tabId === this.#given.tabId && seq === this.#given.seq ? this.#given.bytes - start : 0;
    this.#given = this.#at;
    return known > 0 ? { ...run, data: data.subarray(known) } : run;
  }
}

function comparePlaces(a: Place, b: Place): number {
  if (a.tabId !== b.tabId) return a.tabId < b.tabId ? -1 : 1;
  return a.seq - b.seq || a.bytes - b.bytes;
}
