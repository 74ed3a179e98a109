import type { Tx } from "@gigtrail/platform/db/database";
import { sql } from "kysely";
import type { OpenSession } from "../chunks/open-sessions.ts";
import { askForCompaction } from "../compaction/compaction-job.ts";
import type { IngestSchema } from "../db/schema.ts";

/**
 * Closes a locked session, whose tabs' rows are written: from now on it is analysed as it is. Its clock offset is
 * frozen the first time, so that a chunk that comes later moves no time that was answered before.
 */
export async function closeSession(
  tx: Tx<IngestSchema>,
  session: OpenSession,
  state: "complete" | "incomplete",
): Promise<void> {
  const { workspaceId, sessionId } = session.name;
  session.state = state;
  await sql`
    update sessions set state = ${state}, generation = ${session.generation},
                        clock_offset_ms = coalesce(clock_offset_ms, (
                          select min(t.clock_offset_ms) from tabs t
                           where t.workspace_id = ${workspaceId} and t.session_id = ${sessionId}))
     where workspace_id = ${workspaceId} and session_id = ${sessionId}`.execute(tx);
  await tx
    .insertInto("outbox")
    .values({
      kind: "completed",
      workspace_id: workspaceId,
      session_id: sessionId,
      user_id: session.userId,
      generation: session.generation,
    })
    .execute();
  await askForCompaction(tx, session);
}
