import type { Database } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import type { IngestSchema } from "../db/schema.ts";
import { KEY_CACHE_MS } from "../limits.ts";
import { findTombstone } from "../sessions/find-session.ts";
import type { SessionKey, SessionKeys } from "./session-keys.ts";

/** Keys remembered at most. */
const MAX_CACHED_KEYS = 2_000;

/** Whose session it is. */
export interface Owner {
  readonly workspaceId: string;
  readonly userId: string;
}

/** Remembers session keys for a moment, so that a burst of chunks asks for them once. */
export class SessionKeyCache {
  readonly #kept = new Map<string, { key: Promise<SessionKey>; untilMs: number }>();

  constructor(private readonly keys: SessionKeys) {}

  /** The key of a member's session. Throws `session_not_found`, `session_deleted` or `events_expired`. */
  get(db: Database<IngestSchema>, owner: Owner, sessionId: string): Promise<SessionKey> {
    const name = `${owner.workspaceId} ${owner.userId} ${sessionId}`;
    const known = this.#kept.get(name);
    if (known !== undefined && known.untilMs > Date.now()) return known.key;
    const key = this.#load(db, owner, sessionId);
    this.#kept.delete(name);
    if (this.#kept.size >= MAX_CACHED_KEYS) this.#kept.delete(this.#kept.keys().next().value ?? "");
    this.#kept.set(name, { key, untilMs: Date.now() + KEY_CACHE_MS });
    // A failure is answered to whoever asked, and not remembered.
    key.catch(() => this.#kept.delete(name));
    return key;
  }

  #load(db: Database<IngestSchema>, owner: Owner, sessionId: string): Promise<SessionKey> {
    const { workspaceId, userId } = owner;
    return db.inWorkspace(workspaceId, async (tx) => {
      const session = await tx
        .selectFrom("sessions")
        .select("events_expire_time")
        .where("workspace_id", "=", workspaceId)
        .where("session_id", "=", sessionId)
        .where("user_id", "=", userId)
        .executeTakeFirst();
      if (session && session.events_expire_time !== null) throw refusal("events_expired");
      const key = session && (await this.keys.find(tx, workspaceId, sessionId));
      if (key !== undefined) return key;
      throw refusal(
        (await findTombstone(tx, workspaceId, sessionId, userId)) ? "session_deleted" : "session_not_found",
      );
    });
  }
}
