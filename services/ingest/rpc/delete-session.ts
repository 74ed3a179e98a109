import type { ServiceImpl } from "@connectrpc/connect";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { scopeOf, type Scope, userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { sql } from "kysely";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";
import { findTombstone } from "../sessions/find-session.ts";

type Rpc = ServiceImpl<typeof IngestService>["deleteSession"];

/**
 * Deletes a session in one transaction: its key first, without which no block can ever be opened again, then its
 * rows; packs that nobody needs any more are doomed, and the services that derived something are told.
 */
export function deleteSession({ db, wake }: IngestContext): Rpc {
  return async (request, context) => {
    const scope = scopeOf(context);
    const { deviceId } = userOf(context);
    await db.inWorkspace(scope.workspaceId, (tx) => remove(tx, scope, deviceId, request.sessionId.toLowerCase()));
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
  if (session === undefined) {
    if (await findTombstone(tx, workspaceId, sessionId, userId)) return;
    throw refusal("session_not_found");
  }
  const name = { workspace_id: workspaceId, session_id: sessionId };
  await tx
    .deleteFrom("session_keys")
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .execute();
  await tx
    .insertInto("tombstones")
    .values({ ...name, user_id: session.user_id })
    .execute();
  await releaseBlocks(tx, workspaceId, sessionId);
  await tx.deleteFrom("sessions").where("workspace_id", "=", workspaceId).where("session_id", "=", sessionId).execute();
  await tx
    .insertInto("outbox")
    .values({ ...name, kind: "deleted", user_id: session.user_id, generation: session.generation })
    .execute();
}

/** Takes a session's blocks out of their packs' counts; a pack without any is doomed. Packs are locked in id order. */
async function releaseBlocks(tx: Tx<IngestSchema>, workspaceId: string, sessionId: string): Promise<void> {
  const released = sql`
    select pack_id, count(*)::int as blocks from chunks
     where workspace_id = ${workspaceId} and session_id = ${sessionId} group by pack_id`;
  await sql`select 1 from packs where pack_id in (select pack_id from (${released}) r) order by pack_id for update`.execute(
    tx,
  );
  await sql`
    update packs set live_blocks = live_blocks - r.blocks,
                     state = case when live_blocks <= r.blocks then 'doomed' else state end
      from (${released}) r where r.pack_id = packs.pack_id`.execute(tx);
}
