import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import {
  type Change,
  Change_Kind,
  ChangeSchema,
  type IngestService,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";

/** Changes on a page when the caller does not say. */
const DEFAULT_PAGE_SIZE = 100;

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
    const after = Math.min(Number.MAX_SAFE_INTEGER, Number(request.afterPosition));
    const { rows, oldest } = await db.asSystem(async (tx) => ({
      rows: await tx
        .selectFrom("outbox")
        .selectAll()
        .where("position", ">", after)
        .orderBy("position")
        .limit(request.pageSize === 0 ? DEFAULT_PAGE_SIZE : request.pageSize)
        .execute(),
      oldest: await oldestPosition(tx),
    }));
    // A reader that has never read starts where there is something; one that has fallen behind must know.
    if (after > 0 && after < oldest - 1) throw refusal("resync_required");
    return { changes: rows.map(toChange) };
  };
}

/** The first position that is still kept; where none is, the next that there will be. */
async function oldestPosition(tx: Tx<IngestSchema>): Promise<number> {
  const row = await tx
    .selectFrom("outbox_head")
    .select(({ selectFrom }) => [
      "position as head",
      selectFrom("outbox")
        .select(({ fn }) => fn.min("position").as("oldest"))
        .as("oldest"),
    ])
    .executeTakeFirstOrThrow();
  return row.oldest ?? row.head + 1;
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
