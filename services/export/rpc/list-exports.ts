import type { ServiceImpl } from "@connectrpc/connect";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { isUuid } from "@gigtrail/platform/ids";
import { decodePageToken, encodePageToken, pageSize } from "@gigtrail/platform/page-token";
import { ExportState } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import type { ExportService, ListExportsRequest } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import type { ExportContext } from "../context.ts";
import { selectExports } from "../db/queries/select-exports.ts";
import type { ExportSchema } from "../db/schema.ts";
import { toExport, toStoredState } from "../exports/export-row.ts";
import { type Owner, ownerOf } from "../exports/owner.ts";

type Rpc = ServiceImpl<typeof ExportService>["listExports"];

/** Lists the caller's exports, newest first: ids are UUIDv7 of this server's, which rise with time. */
export function listExports({ db }: ExportContext): Rpc {
  return async (request, context) => {
    const owner = ownerOf(context);
    const size = pageSize(request.pageSize);
    const rows = await db.inWorkspace(owner.workspaceId, (tx) => query(tx, owner, request, size + 1).execute());
    const page = rows.slice(0, size);
    const last = page.at(-1);
    const more = rows.length > size && last !== undefined;
    return { exports: page.map(toExport), nextPageToken: more ? encodePageToken([last.export_id]) : "" };
  };
}

function query(tx: Tx<ExportSchema>, owner: Owner, { filter, pageToken }: ListExportsRequest, limit: number) {
  let rows = selectExports(tx, owner).orderBy("export_id", "desc").limit(limit);
  const state = toStoredState(filter?.state ?? ExportState.UNSPECIFIED);
  if (state !== undefined) rows = rows.where("state", "=", state);
  const after = decodePageToken(pageToken, 1);
  if (after === undefined) return rows;
  const exportId = String(after[0]);
  if (!isUuid(exportId)) throw refusal("page_token_invalid");
  return rows.where("export_id", "<", exportId);
}
