import type { Tx } from "@gigtrail/platform/db/database";
import type { Scope } from "@gigtrail/platform/rpc/caller";
import type { AnalysisSchema } from "./schema.ts";

/** Whose session it is, and the generation that its analysis is of; undefined where the caller may see none. */
export async function findGeneration(
  tx: Tx<AnalysisSchema>,
  { workspaceId, userId }: Scope,
  sessionId: string,
): Promise<{ user_id: string; generation: number } | undefined> {
  let rows = tx
    .selectFrom("analyses")
    .select(["user_id", "generation"])
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId);
  if (userId !== undefined) rows = rows.where("user_id", "=", userId);
  return rows.executeTakeFirst();
}
