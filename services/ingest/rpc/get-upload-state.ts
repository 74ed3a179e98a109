import type { ServiceImpl } from "@connectrpc/connect";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";
import { directiveFor } from "../sessions/directive.ts";
import { readUploadState } from "../sessions/upload-state.ts";

type Rpc = ServiceImpl<typeof IngestService>["getUploadState"];

/** Tells the member who records a session what the server holds of it. */
export function getUploadState(service: IngestContext): Rpc {
  return async ({ sessionId }, context) => {
    const { workspaceId, userId } = userOf(context);
    const directive = await directiveFor(service, workspaceId);
    const uploadState = await service.db.inWorkspace(workspaceId, (tx) =>
      readUploadState(tx, { workspaceId, userId }, sessionId, directive),
    );
    return { uploadState };
  };
}
