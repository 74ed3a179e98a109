import type { ExportTx } from "../schema.ts";

/** Removes an export with its key; its file is doomed. One that is not there is no error. */
export async function removeExport(tx: ExportTx, workspaceId: string, exportId: string): Promise<void> {
  await tx.deleteFrom("exports").where("workspace_id", "=", workspaceId).where("export_id", "=", exportId).execute();
  await tx
    .deleteFrom("export_keys")
    .where("workspace_id", "=", workspaceId)
    .where("export_id", "=", exportId)
    .execute();
  await tx.updateTable("blobs").set({ state: "doomed" }).where("export_id", "=", exportId).execute();
}
