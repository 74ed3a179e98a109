/** A chunk as the server holds it. */
export interface StoredChunk {
  sha256: string;
  events: unknown[];
  dropped: number;
}

/** A chunk as it comes, however it was sent. */
export interface SentChunk {
  tab: string;
  seq: number;
  sha256: string;
  eventCount: number;
  dropped: number;
  sentTime: string;
  json: Uint8Array;
}

/** What a server holds of chunks, by `session/tab`. */
export class HeldChunks {
  /** session/tab → seq → chunk. */
  readonly tabs = new Map<string, Map<number, StoredChunk>>();
  /** Ends as stated: session/tab → last seq. */
  readonly ends = new Map<string, number>();
  /** Chunks that were taken, as `session/tab/seq`, duplicates included. */
  readonly received: string[] = [];

  /** Takes a chunk; gives the reason where it is refused. */
  take(
    sent: SentChunk,
  ): "stored" | "duplicate" | "sha256_mismatch" | "event_count_wrong" | "request_invalid" | "chunk_conflict" {
    const sha256 = new Bun.CryptoHasher("sha256").update(sent.json).digest("hex");
    const events = JSON.parse(new TextDecoder().decode(sent.json)) as unknown[];
    if (sent.sha256 !== sha256) return "sha256_mismatch";
    if (sent.eventCount !== events.length) return "event_count_wrong";
    if (Number.isNaN(Date.parse(sent.sentTime))) return "request_invalid";
    const chunks = this.tabs.get(sent.tab) ?? new Map<number, StoredChunk>();
    this.tabs.set(sent.tab, chunks);
    const held = chunks.get(sent.seq);
    if (held !== undefined && held.sha256 !== sha256) return "chunk_conflict";
    this.received.push(`${sent.tab}/${sent.seq}`);
    if (held !== undefined) return "duplicate";
    chunks.set(sent.seq, { sha256, events, dropped: sent.dropped });
    return "stored";
  }

  /** The events of a tab in their order; throws when a chunk is missing. */
  eventsOf(sessionId: string, tabId: string): unknown[] {
    const chunks = this.tabs.get(`${sessionId}/${tabId}`) ?? new Map<number, StoredChunk>();
    return Array.from({ length: chunks.size }, (_, seq) => {
      const chunk = chunks.get(seq);
      if (chunk === undefined) throw new Error(`chunk ${seq} of ${chunks.size} is missing`);
      return chunk.events;
    }).flat();
  }

  /** Everything that was stated of a session is there. */
  isComplete(sessionId: string): boolean {
    const ends = [...this.ends].filter(([tab]) => tab.startsWith(sessionId));
    return ends.length > 0 && ends.every(([tab, last]) => this.#durableThrough(tab) >= last);
  }

  /** A TabUploadState as protobuf writes JSON: 64-bit numbers as strings, zeros left out. */
  tabState(tab: string): object {
    const through = this.#durableThrough(tab);
    const chunks = this.tabs.get(tab);
    const highest = Math.max(...(chunks?.keys() ?? []), this.ends.get(tab) ?? -1);
    const missing: { first: string; last: string }[] = [];
    for (let seq = through + 1; seq <= highest && missing.length < 100; seq += 1) {
      if (chunks?.has(seq) === true) continue;
      const last = missing.at(-1);
      if (last !== undefined && Number(last.last) === seq - 1) last.last = String(seq);
      else missing.push({ first: String(seq), last: String(seq) });
    }
    const gapEnd = Number(missing.at(-1)?.last ?? -1);
    const needsFullSnapshot = ![...(chunks ?? [])].some(([seq, { events }]) => seq > gapEnd && events.some(isSnapshot));
    return {
      tabId: tab.split("/")[1],
      durableThrough: through === 0 ? undefined : String(through),
      missing,
      lastSeq: String(this.ends.get(tab) ?? -1),
      needsFullSnapshot,
    };
  }

  #durableThrough(tab: string): number {
    let through = -1;
    while (this.tabs.get(tab)?.has(through + 1) === true) through += 1;
    return through;
  }
}

function isSnapshot(event: unknown): boolean {
  return typeof event === "object" && event !== null && "type" in event && event.type === 2;
}
