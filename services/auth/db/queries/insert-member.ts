import type { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import type { AuthTx } from "../schema.ts";

/** Makes a user a member of a workspace. */
export async function insertMember(tx: AuthTx, workspaceId: string, userId: string, role: Role, now: Date) {
  await tx
    .insertInto("members")
    .values({ workspace_id: workspaceId, user_id: userId, role, create_time: now })
    .execute();
}
