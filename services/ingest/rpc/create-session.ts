import type { ServiceImpl } from "@connectrpc/connect";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { forStorage } from "../chunks/storage-errors.ts";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";
import type { Owner } from "../keys/session-key-cache.ts";
import { findSession, findTombstone } from "../sessions/find-session.ts";

type Rpc = ServiceImpl<typeof IngestService>["createSession"];

/** Opens a session, with a key of its own. Another member's session under the same id answers as if it were not. */
export function createSession({ db, keys }: IngestContext): Rpc {
  return async (request, context) => {
    const { displayName } = request;
    // As the database gives it back: what the session's key is sealed for names the id.
    const sessionId = request.sessionId.toLowerCase();
    const { workspaceId, userId, deviceId } = userOf(context);
    // PostgreSQL's text holds every character but this one.
    if (displayName.includes("\0"))
      throw refusal("request_invalid", { message: "display_name: must not contain U+0000" });
    const open = async (tx: Tx<IngestSchema>) => {
      const created = await tx
        .insertInto("sessions")
        .values({
          workspace_id: workspaceId,
          session_id: sessionId,
          user_id: userId,
          device_id: deviceId ?? null,
          display_name: displayName,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning("session_id")
        .executeTakeFirst();
      if (created !== undefined) {
        await refuseUsedId(tx, { workspaceId, userId }, sessionId);
        await keys.create(tx, workspaceId, sessionId);
      }
      return findSession(tx, { workspaceId, userId }, sessionId);
    };
    return { session: await forStorage(() => db.inWorkspace(workspaceId, open)) };
  };
}

/**
 * An id that was deleted cannot be used again. Asked after the insert, which waits for a deletion that is under way:
 * before it, the tombstone would not be there yet.
 */
async function refuseUsedId(tx: Tx<IngestSchema>, { workspaceId, userId }: Owner, sessionId: string): Promise<void> {
  if (!(await findTombstone(tx, workspaceId, sessionId))) return;
  throw refusal((await findTombstone(tx, workspaceId, sessionId, userId)) ? "session_deleted" : "session_not_found");
}
