import type { Claim } from "@gigtrail/platform/jobs/claim";
import type { ExportRow } from "../../exports/export-row.ts";
import type { ExportTx } from "../schema.ts";

/** What an attempt has written. */
export interface WrittenFile {
  readonly blobName: string;
  readonly sizeBytes: number;
  readonly rowCount: number;
}

/** Makes an attempt's file the export's; undefined when the export is no longer this attempt's to write. */
export async function finishExport(
  tx: ExportTx,
  { workspaceId, subjectId, fence }: Claim,
  { blobName, sizeBytes, rowCount }: WrittenFile,
): Promise<ExportRow | undefined> {
  const row = await tx
    .updateTable("exports")
    .set({ state: "done", percent: 100, row_count: rowCount, size_bytes: sizeBytes, blob_name: blobName })
    .where("workspace_id", "=", workspaceId)
    .where("export_id", "=", subjectId)
    .where("state", "=", "running")
    .where("fence", "=", fence)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const claimed = await tx
    .updateTable("blobs")
    .set({ state: "live" })
    .where("name", "=", blobName)
    .where("state", "=", "writing")
    .executeTakeFirstOrThrow();
  if (claimed.numUpdatedRows !== 1n) throw new Error("the attempt's blob was taken from it");
  return row;
}
