import { refusal } from "@gigtrail/platform/errors";
import type { ExportRow } from "../../exports/export-row.ts";
import type { Owner } from "../../exports/owner.ts";
import type { ExportTx } from "../schema.ts";
import { selectExports } from "./select-exports.ts";

/** One export of its owner's. Throws `export_not_found`, whoever else's it may be. */
export async function findExport(tx: ExportTx, owner: Owner, exportId: string): Promise<ExportRow> {
  const row = await selectExports(tx, owner).where("export_id", "=", exportId).executeTakeFirst();
  if (row === undefined) throw refusal("export_not_found");
  return row;
}
