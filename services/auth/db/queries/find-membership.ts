import type { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import type { AuthTx } from "../schema.ts";

/** What a member is in the workspace that the transaction is for. */
export interface Membership {
  role: Role;
  workspace_name: string;
}

/** A user's place in the transaction's workspace; undefined when they are no member of it. */
export function findMembership(tx: AuthTx, userId: string): Promise<Membership | undefined> {
  return tx
    .selectFrom("members")
    .innerJoin("workspaces", "workspaces.workspace_id", "members.workspace_id")
    .select(["members.role", "workspaces.display_name as workspace_name"])
    .where("members.user_id", "=", userId)
    .executeTakeFirst();
}
