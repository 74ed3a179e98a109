import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";
import { deletionOwnerOf } from "../deletions/deletion-owner.ts";
import { findDeletion } from "../deletions/session-deletion.ts";

type Rpc = ServiceImpl<typeof IngestService>["getSessionDeletion"];

/** Tells the member who asked for a deletion how far it is. */
export function getSessionDeletion({ db }: IngestContext): Rpc {
  return async ({ deletionId }, context) => {
    const owner = deletionOwnerOf(context);
    const deletion = await db.inWorkspace(owner.workspaceId, (tx) => findDeletion(tx, owner, deletionId));
    if (deletion === undefined) throw refusal("deletion_not_found");
    return { deletion };
  };
}
