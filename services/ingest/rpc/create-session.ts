import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";
import { findSession, findTombstone } from "../sessions/find-session.ts";

type Rpc = ServiceImpl<typeof IngestService>["createSession"];

/** Opens a session, with a key of its own. Another member's session under the same id answers as if it were not. */
export function createSession({ db, keys }: IngestContext): Rpc {
  return async (request, context) => {
    const { workspaceId, userId, deviceId } = userOf(context);
    const session = await db.inWorkspace(workspaceId, async (tx) => {
      if (await findTombstone(tx, workspaceId, request.sessionId)) throw refusal("session_deleted");
      const created = await tx
        .insertInto("sessions")
        .values({
          workspace_id: workspaceId,
          session_id: request.sessionId,
          user_id: userId,
          device_id: deviceId ?? null,
          display_name: request.displayName,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning("session_id")
        .executeTakeFirst();
      if (created !== undefined) await keys.create(tx, workspaceId, request.sessionId);
      return findSession(tx, { workspaceId, userId }, request.sessionId);
    });
    return { session };
  };
}
