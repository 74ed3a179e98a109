import type { ServiceImpl } from "@connectrpc/connect";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { scopeOf, type Scope, userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { forStorage } from "../chunks/storage-errors.ts";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";
import { eraseSession } from "../sessions/erase-session.ts";
import { findTombstone } from "../sessions/find-session.ts";

type Rpc = ServiceImpl<typeof IngestService>["deleteSession"];

/** Deletes a session in one transaction. */
export function deleteSession({ db, standings, wake }: IngestContext): Rpc {
  return async (request, context) => {
    const scope = scopeOf(context);
    const { workspaceId } = scope;
    const { deviceId } = userOf(context);
    const sessionId = request.sessionId.toLowerCase();
    await forStorage(() => db.inWorkspace(workspaceId, (tx) => remove(tx, scope, deviceId, sessionId)));
    standings.forget(workspaceId);
    wake.outbox();
    wake.sweep();
    return {};
  };
}

/** A device deletes what it recorded itself, and nothing else of its member's: it may be in other hands. */
async function remove(
  tx: Tx<IngestSchema>,
  { workspaceId, userId }: Scope,
  deviceId: string | undefined,
  sessionId: string,
): Promise<void> {
  let locked = tx
    .selectFrom("sessions")
    .select(["user_id", "generation"])
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .forUpdate();
  if (userId !== undefined) locked = locked.where("user_id", "=", userId);
  if (deviceId !== undefined) locked = locked.where("device_id", "=", deviceId);
  const session = await locked.executeTakeFirst();
  if (session !== undefined) await eraseSession(tx, { workspaceId, sessionId }, session);
  else if (!(await findTombstone(tx, workspaceId, sessionId, userId))) throw refusal("session_not_found");
}
