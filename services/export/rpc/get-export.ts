import type { ServiceImpl } from "@connectrpc/connect";
import type { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import type { ExportContext } from "../context.ts";
import { findExport } from "../db/queries/find-export.ts";
import { toExport } from "../exports/export-row.ts";
import { ownerOf } from "../exports/owner.ts";

type Rpc = ServiceImpl<typeof ExportService>["getExport"];

/** Answers with one export of the caller's. */
export function getExport({ db }: ExportContext): Rpc {
  return async ({ exportId }, context) => {
    const owner = ownerOf(context);
    return { export: toExport(await db.inWorkspace(owner.workspaceId, (tx) => findExport(tx, owner, exportId))) };
  };
}
