import type { Tx } from "@gigtrail/platform/db/database";
import { sql } from "kysely";
import { releaseBlocks } from "../blocks/release-blocks.ts";
import type { SessionName } from "../chunks/open-sessions.ts";
import type { IngestSchema } from "../db/schema.ts";

/**
 * Removes the events of a session whose row this transaction has locked: its key first, then the rows of its chunks;
 * packs that nobody needs any more are doomed. Its own row and its tabs' stay, with their counts and times, and so does
 * what was derived from the events: nobody is told. One that was still open is closed, as there is nothing to wait for
 * and nothing to analyse.
 */
export async function expireEvents(tx: Tx<IngestSchema>, name: SessionName): Promise<void> {
  const { workspaceId, sessionId } = name;
  await tx
    .deleteFrom("session_keys")
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .execute();
  await releaseBlocks(tx, name);
  await tx.deleteFrom("chunks").where("workspace_id", "=", workspaceId).where("session_id", "=", sessionId).execute();
  await tx
    .updateTable("tabs")
    .set({ stored_bytes: 0 })
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .execute();
  await sql`
    update sessions set events_expire_time = now(),
                        state = case when state in ('recording', 'finishing') then 'incomplete' else state end
     where workspace_id = ${workspaceId} and session_id = ${sessionId}`.execute(tx);
}
