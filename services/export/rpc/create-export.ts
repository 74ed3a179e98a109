import { type ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import { wakeWorkers } from "@gigtrail/platform/jobs/wake";
import type { CreateExportRequest, ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import type { ExportContext } from "../context.ts";
import { countUnfinished } from "../db/queries/count-unfinished.ts";
import { findByRequest } from "../db/queries/find-by-request.ts";
import { insertExport, type NewExport } from "../db/queries/insert-export.ts";
import { lockRequester } from "../db/queries/lock-requester.ts";
import type { ExportTx } from "../db/schema.ts";
import { type ExportRow, toExport, toStoredDataset, toStoredFormat } from "../exports/export-row.ts";
import { type Owner, ownerOf } from "../exports/owner.ts";
import { tellViewers } from "../exports/tell-viewers.ts";
import { MAX_UNFINISHED_EXPORTS } from "../limits.ts";
import { assertNamedSessionsExist } from "../sources/read-sessions.ts";
import { distinctIds } from "../sources/selection.ts";

type Rpc = ServiceImpl<typeof ExportService>["createExport"];

/** Asks for an export file. The same request_id answers with the same export for as long as that is kept. */
export function createExport({ db, bus, upstream }: ExportContext): Rpc {
  return async (request, context) => {
    const owner = ownerOf(context);
    const { workspaceId, userId, seesAll } = owner;
    const known = await db.inWorkspace(workspaceId, (tx) => findByRequest(tx, owner, request.requestId));
    if (known !== undefined) return { export: toExport(known) };
    const asked = newExport(owner, request);
    const selection = { workspaceId, userId: seesAll ? undefined : userId, sessionIds: asked.session_ids };
    await assertNamedSessionsExist(upstream, selection, context.signal);
    const row = await db.inWorkspace(workspaceId, (tx) => insertOnce(tx, owner, asked));
    wakeWorkers(bus, db.schema);
    tellViewers(bus, row);
    return { export: toExport(row) };
  };
}

function newExport({ workspaceId, userId, seesAll }: Owner, { spec, requestId }: CreateExportRequest): NewExport {
  if (spec === undefined) throw refusal("request_invalid");
  return {
    workspace_id: workspaceId,
    export_id: newId(),
    user_id: userId,
    sees_all: seesAll,
    request_id: requestId === "" ? null : requestId,
    dataset: toStoredDataset(spec.dataset),
    format: toStoredFormat(spec.format),
    session_ids: distinctIds(spec.sessionIds),
  };
}

/** The same request may have come twice at the same moment: the lock lets the second one see the first's export. */
async function insertOnce(tx: ExportTx, owner: Owner, asked: NewExport): Promise<ExportRow> {
  await lockRequester(tx, owner);
  const known = await findByRequest(tx, owner, asked.request_id ?? "");
  if (known !== undefined) return known;
  if ((await countUnfinished(tx, owner)) >= MAX_UNFINISHED_EXPORTS) throw refusal("too_many_exports");
  return insertExport(tx, asked);
}
