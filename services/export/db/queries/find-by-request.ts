import type { ExportRow } from "../../exports/export-row.ts";
import type { Owner } from "../../exports/owner.ts";
import type { ExportTx } from "../schema.ts";
import { selectExports } from "./select-exports.ts";

/** The export that a request made before; an empty id made none. */
export async function findByRequest(tx: ExportTx, owner: Owner, requestId: string): Promise<ExportRow | undefined> {
  if (requestId === "") return undefined;
  return selectExports(tx, owner).where("request_id", "=", requestId).executeTakeFirst();
}
