import type { AuthTx } from "../schema.ts";

/** Adds the workspace that the transaction is for. */
export async function insertWorkspace(tx: AuthTx, workspaceId: string, displayName: string, now: Date): Promise<void> {
  await tx
    .insertInto("workspaces")
    .values({ workspace_id: workspaceId, display_name: displayName, create_time: now })
    .execute();
}
