import type { AuthContext } from "../context.ts";
import { deleteEndedInvitations } from "../db/queries/delete-ended-invitations.ts";
import { deleteEndedLookUps } from "../db/queries/delete-ended-look-ups.ts";
import { listWorkspacesWithEndedInvitations } from "../db/queries/list-workspaces-with-ended-invitations.ts";
import { REQUEST_ID_MS } from "../requests/request-key.ts";
import { FORGET_FAILURES_MS } from "../throttle/login-attempts.ts";

/** How often what has ended is deleted, in milliseconds. */
export const SWEEP_MS = 60 * 60_000;
/** Workspaces whose invitations are looked at in one go. */
const WORKSPACES_AT_ONCE = 100;

/** Deletes what has ended; returns whether there may be more. */
export async function sweep({ db, now }: Pick<AuthContext, "db" | "now">): Promise<boolean> {
  const nowMs = now();
  const at = new Date(nowMs);
  const workspaceIds = await db.asSystem(async (tx) => {
    const requests = new Date(nowMs - REQUEST_ID_MS);
    await deleteEndedLookUps(tx, { now: at, requests, attempts: new Date(nowMs - FORGET_FAILURES_MS) });
    return listWorkspacesWithEndedInvitations(tx, at, WORKSPACES_AT_ONCE);
  });
  for (const workspaceId of workspaceIds) {
    await db.inWorkspace(workspaceId, (tx) => deleteEndedInvitations(tx, workspaceId, at));
  }
  return workspaceIds.length === WORKSPACES_AT_ONCE;
}
