import type { ServiceImpl } from "@connectrpc/connect";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";
import { findSession } from "../sessions/find-session.ts";
import { readUploadState } from "../sessions/upload-state.ts";

type Rpc = ServiceImpl<typeof IngestService>["getUploadState"];

/** Tells the member who records a session what the server holds of it. */
export function getUploadState({ db, intake }: IngestContext): Rpc {
  return async ({ sessionId }, context) => {
    const { workspaceId, userId } = userOf(context);
    const uploadState = await db.inWorkspace(workspaceId, async (tx) => {
      const found = await findSession(tx, { workspaceId, userId }, sessionId);
      return readUploadState(tx, { workspaceId, sessionId: found.sessionId }, intake.throttleMs);
    });
    return { uploadState };
  };
}
