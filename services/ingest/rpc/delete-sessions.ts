import type { ServiceImpl } from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import { refusal } from "@gigtrail/platform/errors";
import { wakeWorkers } from "@gigtrail/platform/jobs/wake";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { SessionDeletionSchema } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_deletion_pb";
import { forStorage } from "../chunks/storage-errors.ts";
import type { IngestContext } from "../context.ts";
import { deletionOwnerOf } from "../deletions/deletion-owner.ts";
import { countMatches, insertDeletion } from "../deletions/insert-deletion.ts";
import { toStoredFilter } from "../sessions/session-filter.ts";

type Rpc = ServiceImpl<typeof IngestService>["deleteSessions"];

/** Asks for the deletion of all sessions that a filter matches, or only counts them. */
export function deleteSessions({ db, bus }: IngestContext): Rpc {
  return async ({ deletionId, filter, validateOnly }, context) => {
    const owner = deletionOwnerOf(context);
    const { workspaceId } = owner;
    const stored = toStoredFilter(filter);
    if (Object.keys(stored).length === 0) throw refusal("filter_empty");
    if (validateOnly) {
      const count = await db.inWorkspace(workspaceId, (tx) => countMatches(tx, owner, stored));
      return { deletion: create(SessionDeletionSchema, { matchedSessions: BigInt(count) }) };
    }
    if (deletionId === "") throw refusal("request_invalid", { message: "deletion_id: value is required" });
    const id = deletionId.toLowerCase();
    const deletion = await forStorage(() => db.inWorkspace(workspaceId, (tx) => insertDeletion(tx, owner, id, stored)));
    wakeWorkers(bus, db.schema);
    return { deletion };
  };
}
