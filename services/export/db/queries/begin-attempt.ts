import type { Claim } from "@gigtrail/platform/jobs/claim";
import type { ExportRow } from "../../exports/export-row.ts";
import type { ExportTx } from "../schema.ts";

/**
 * Begins an attempt to write an export: takes it over from older attempts, whose blobs are doomed, and claims the
 * attempt's own blob name. Undefined when there is nothing to write: it failed, is gone, or a newer attempt has it.
 */
export async function beginAttempt(tx: ExportTx, claim: Claim, blobName: string): Promise<ExportRow | undefined> {
  const { workspaceId, subjectId: exportId, fence } = claim;
  const row = await tx
    .updateTable("exports")
    .set({ state: "running", fence, percent: 0, row_count: 0 })
    .where("workspace_id", "=", workspaceId)
    .where("export_id", "=", exportId)
    .where("state", "in", ["queued", "running"])
    .where("fence", "<", fence)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await tx
    .updateTable("blobs")
    .set({ state: "doomed" })
    .where("export_id", "=", exportId)
    .where("state", "=", "writing")
    .execute();
  await tx.insertInto("blobs").values({ name: blobName, export_id: exportId, fence, state: "writing" }).execute();
  return row;
}
