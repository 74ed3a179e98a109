import type { ServiceImpl } from "@connectrpc/connect";
import type { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import type { ExportContext } from "./context.ts";
import { createExport } from "./rpc/create-export.ts";
import { getExport } from "./rpc/get-export.ts";
import { listExports } from "./rpc/list-exports.ts";
import { readExportFile } from "./rpc/read-export-file.ts";
import { streamExport } from "./rpc/stream-export.ts";
import { watchExport } from "./rpc/watch-export.ts";

/** The RPCs of export. */
export function exportRoutes(context: ExportContext) {
  return {
    streamExport: streamExport(context),
    createExport: createExport(context),
    getExport: getExport(context),
    listExports: listExports(context),
    watchExport: watchExport(context),
    readExportFile: readExportFile(context),
  } satisfies ServiceImpl<typeof ExportService>;
}
