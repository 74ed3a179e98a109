import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import type { SessionName } from "../chunks/open-sessions.ts";
import type { IngestSchema } from "../db/schema.ts";
import type { SessionKey } from "../keys/session-keys.ts";

/** A session that is being read. */
export interface ReadableSession extends SessionName {
  readonly key: SessionKey;
}

/** Throws `session_deleted` or `events_expired` when the session's events are gone. */
export async function requireReadable(tx: Tx<IngestSchema>, session: SessionName): Promise<void> {
  const found = await tx
    .selectFrom("sessions as s")
    .leftJoin("session_keys as k", (join) =>
      join.onRef("k.workspace_id", "=", "s.workspace_id").onRef("k.session_id", "=", "s.session_id"),
    )
    .select(["s.events_expire_time", "k.session_id as key_of"])
    .where("s.workspace_id", "=", session.workspaceId)
    .where("s.session_id", "=", session.sessionId)
    .executeTakeFirst();
  if (found !== undefined && found.events_expire_time !== null) throw refusal("events_expired");
  if (found === undefined || found.key_of === null) throw refusal("session_deleted");
}
