import type { ServiceImpl } from "@connectrpc/connect";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";
import { readSettings } from "../settings/recording-settings.ts";
import { readStorageReport } from "../storage/storage-report.ts";

type Rpc = ServiceImpl<typeof IngestService>["getStorageReport"];

/** Tells what the workspace has stored, and what room there is. */
export function getStorageReport({ db, config, disk }: IngestContext): Rpc {
  return async (_request, context) => {
    const { workspaceId } = userOf(context);
    const { report, byteBudget } = await db.inWorkspace(workspaceId, async (tx) => ({
      report: await readStorageReport(tx, workspaceId),
      byteBudget: (await readSettings(tx, workspaceId, config)).byteBudget,
    }));
    const { freeBytes } = disk;
    return {
      ...report,
      byteBudget: BigInt(byteBudget),
      ...(freeBytes === undefined ? {} : { freeDiskBytes: BigInt(freeBytes) }),
    };
  };
}
