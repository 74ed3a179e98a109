import type { AuthTx } from "../schema.ts";

/** Workspaces that have invitations which have ended, at most `limit`. */
export async function listWorkspacesWithEndedInvitations(tx: AuthTx, now: Date, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom("invitation_codes")
    .select("workspace_id")
    .distinct()
    .where("expire_time", "<=", now)
    .limit(limit)
    .execute();
  return rows.map((row) => row.workspace_id);
}
