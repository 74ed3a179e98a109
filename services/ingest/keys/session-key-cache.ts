import type { Database } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import type { IngestSchema } from "../db/schema.ts";
import { KEY_CACHE_MS } from "../limits.ts";
import { findTombstone } from "../sessions/find-session.ts";
import type { SessionKey, SessionKeys } from "./session-keys.ts";

/** Keys remembered at most. */
const MAX_CACHED_KEYS = 2_000;

/** Remembers session keys for a moment, so that a burst of chunks asks for them once. */
export class SessionKeyCache {
  readonly #kept = new Map<string, { key: Promise<SessionKey>; untilMs: number }>();

  constructor(private readonly keys: SessionKeys) {}

  /** A session's key. Throws `session_not_found` or `session_deleted`. */
  get(db: Database<IngestSchema>, workspaceId: string, sessionId: string): Promise<SessionKey> {
    const name = `${workspaceId} ${sessionId}`;
    const known = this.#kept.get(name);
    if (known !== undefined && known.untilMs > Date.now()) return known.key;
    const key = this.#load(db, workspaceId, sessionId);
    this.#kept.delete(name);
    if (this.#kept.size >= MAX_CACHED_KEYS) this.#kept.delete(this.#kept.keys().next().value ?? "");
    this.#kept.set(name, { key, untilMs: Date.now() + KEY_CACHE_MS });
    // A failure is answered to whoever asked, and not remembered.
    key.catch(() => this.#kept.delete(name));
    return key;
  }

  /** Forgets a session's key at once. */
  forget(workspaceId: string, sessionId: string): void {
    this.#kept.delete(`${workspaceId} ${sessionId}`);
  }

  #load(db: Database<IngestSchema>, workspaceId: string, sessionId: string): Promise<SessionKey> {
    return db.inWorkspace(workspaceId, async (tx) => {
      const key = await this.keys.find(tx, workspaceId, sessionId);
      if (key !== undefined) return key;
      throw refusal((await findTombstone(tx, workspaceId, sessionId)) ? "session_deleted" : "session_not_found");
    });
  }
}
