import type { Tx } from "@gigtrail/platform/db/database";
import type { IngestSchema } from "../db/schema.ts";

/** Bytes at rest of all that a workspace has stored, compressed and encrypted: what a byte budget is for. */
export async function readUsedBytes(tx: Tx<IngestSchema>, workspaceId: string): Promise<number> {
  const { bytes } = await tx
    .selectFrom("tabs")
    .select(({ fn, cast, val }) => cast<number>(fn.coalesce(fn.sum("stored_bytes"), val(0)), "int8").as("bytes"))
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirstOrThrow();
  return bytes;
}
