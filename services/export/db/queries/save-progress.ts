import type { Claim } from "@gigtrail/platform/jobs/claim";
import type { ExportRow } from "../../exports/export-row.ts";
import type { ExportTx } from "../schema.ts";

/** Notes how far an attempt is; undefined when the export is no longer this attempt's to write. */
export async function saveProgress(
  tx: ExportTx,
  { workspaceId, subjectId, fence }: Claim,
  progress: { percent: number; row_count: number },
): Promise<ExportRow | undefined> {
  return tx
    .updateTable("exports")
    .set(progress)
    .where("workspace_id", "=", workspaceId)
    .where("export_id", "=", subjectId)
    .where("state", "=", "running")
    .where("fence", "=", fence)
    .returningAll()
    .executeTakeFirst();
}
