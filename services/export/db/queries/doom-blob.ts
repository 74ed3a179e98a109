import type { ExportTx } from "../schema.ts";

/** Dooms the blob of an attempt that came to nothing, also when its row is gone already; a live one stays. */
export async function doomBlob(tx: ExportTx, name: string, exportId: string): Promise<void> {
  await tx
    .insertInto("blobs")
    .values({ name, export_id: exportId, fence: 0, state: "doomed" })
    .onConflict((conflict) =>
      conflict.column("name").doUpdateSet({ state: "doomed" }).where("blobs.state", "=", "writing"),
    )
    .execute();
}
