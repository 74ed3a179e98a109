import type { ExportRow } from "../../exports/export-row.ts";
import type { ExportTx, StoredState } from "../schema.ts";

/** Which exports fail, and why. */
export interface Failure {
  readonly workspaceId: string;
  readonly exportIds: readonly string[];
  /** Only those in one of these states. */
  readonly states: readonly StoredState[];
  /** A stable snake_case word. */
  readonly reason: string;
}

/** Makes exports unavailable: their keys are destroyed and their files doomed. Returns those that failed now. */
export async function failExports(
  tx: ExportTx,
  { workspaceId, exportIds, states, reason }: Failure,
): Promise<ExportRow[]> {
  if (exportIds.length === 0) return [];
  const rows = await tx
    .updateTable("exports")
    .set({ state: "failed", error_reason: reason, blob_name: null, size_bytes: 0 })
    .where("workspace_id", "=", workspaceId)
    .where("export_id", "in", exportIds)
    .where("state", "in", states)
    .returningAll()
    .execute();
  const failed = rows.map((row) => row.export_id);
  if (failed.length === 0) return [];
  await tx.deleteFrom("export_keys").where("workspace_id", "=", workspaceId).where("export_id", "in", failed).execute();
  await tx.updateTable("blobs").set({ state: "doomed" }).where("export_id", "in", failed).execute();
  return rows;
}
