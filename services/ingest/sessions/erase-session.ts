import type { Tx } from "@gigtrail/platform/db/database";
import { releaseBlocks } from "../blocks/release-blocks.ts";
import type { SessionName } from "../chunks/open-sessions.ts";
import type { IngestSchema } from "../db/schema.ts";

/** What a tombstone and the news of a deletion say of a session. */
export interface LockedSession {
  readonly user_id: string;
  readonly generation: number;
}

/**
 * Deletes a session whose row this transaction has locked: its key first, without which no block can ever be opened
 * again, then its rows; a tombstone stays, packs that nobody needs any more are doomed, and the services that derived
 * something are told.
 */
export async function eraseSession(
  tx: Tx<IngestSchema>,
  { workspaceId, sessionId }: SessionName,
  { user_id, generation }: LockedSession,
): Promise<void> {
  const name = { workspace_id: workspaceId, session_id: sessionId };
  await tx
    .deleteFrom("session_keys")
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .execute();
  await tx
    .insertInto("tombstones")
    .values({ ...name, user_id })
    .execute();
  await releaseBlocks(tx, { workspaceId, sessionId });
  await tx.deleteFrom("sessions").where("workspace_id", "=", workspaceId).where("session_id", "=", sessionId).execute();
  await tx
    .insertInto("outbox")
    .values({ ...name, kind: "deleted", user_id, generation })
    .execute();
}
