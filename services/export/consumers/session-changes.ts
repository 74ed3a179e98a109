import type { ChangeHandler } from "@gigtrail/platform/changes/follow-changes";
import { Change_Kind } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { ExportContext } from "../context.ts";
import { failExports } from "../db/queries/fail-exports.ts";
import { findExportsOfSession } from "../db/queries/find-exports-of-session.ts";
import { insertDeletedSession } from "../db/queries/insert-deleted-session.ts";
import { tellViewers } from "../exports/tell-viewers.ts";

/**
 * Ends every export that holds or names a deleted session, finished or not.
 *
 * The tombstone is committed before the exports are looked for. An attempt notes a session before it writes of it and
 * looks for tombstones in the transaction that finishes: whichever of the two commits first, the other one sees it.
 */
export function followSessions({
  db,
  bus,
  log,
  wakeSweep,
}: Pick<ExportContext, "db" | "bus" | "log" | "wakeSweep">): ChangeHandler {
  return async ({ kind, workspaceId, sessionId }) => {
    if (kind !== Change_Kind.DELETED) return;
    await db.inWorkspace(workspaceId, (tx) => insertDeletedSession(tx, workspaceId, sessionId));
    const rows = await db.inWorkspace(workspaceId, async (tx) =>
      failExports(tx, {
        workspaceId,
        exportIds: await findExportsOfSession(tx, workspaceId, sessionId),
        states: ["queued", "running", "done"],
        reason: "session_deleted",
      }),
    );
    for (const row of rows) tellViewers(bus, row);
    if (rows.length === 0) return;
    wakeSweep();
    log.info({ session_id: sessionId, count: rows.length }, "exports of a deleted session were made unavailable");
  };
}
