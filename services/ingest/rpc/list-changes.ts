import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { pageSize } from "@gigtrail/platform/page-token";
import {
  type Change,
  Change_Kind,
  ChangeSchema,
  type IngestService,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";

type Rpc = ServiceImpl<typeof IngestService>["listChanges"];

/** A stamped row of the outbox. */
export interface ChangeRow {
  position: number | null;
  kind: "completed" | "deleted";
  workspace_id: string;
  session_id: string;
  user_id: string;
  generation: number;
}

/** Lists what happened to sessions after a position, for the services that follow. */
export function listChanges({ db }: IngestContext): Rpc {
  return async (request) => {
    const after = Number(request.afterPosition);
    const { rows, oldest } = await db.asSystem(async (tx) => ({
      rows: await tx
        .selectFrom("outbox")
        .selectAll()
        .where("position", ">", after)
        .orderBy("position")
        .limit(pageSize(request.pageSize))
        .execute(),
      oldest: await tx
        .selectFrom("outbox")
        .select("position")
        .where("position", "is not", null)
        .orderBy("position")
        .executeTakeFirst(),
    }));
    // A reader that has never read starts where there is something; one that has fallen behind must know.
    if (after > 0 && after < (oldest?.position ?? 0) - 1) throw refusal("resync_required");
    return { changes: rows.map(toChange) };
  };
}

/** A row as the contract's message. */
export function toChange(row: ChangeRow): Change {
  return create(ChangeSchema, {
    position: BigInt(row.position ?? 0),
    kind: row.kind === "completed" ? Change_Kind.COMPLETED : Change_Kind.DELETED,
    workspaceId: row.workspace_id,
    sessionId: row.session_id,
    userId: row.user_id,
    generation: row.generation,
  });
}
