import type { Owner } from "../../exports/owner.ts";
import type { ExportTx } from "../schema.ts";

/** Has other transactions that ask for exports of the same member wait for this one. */
export async function lockRequester(tx: ExportTx, { workspaceId, userId }: Owner): Promise<void> {
  await tx
    .insertInto("requesters")
    .values({ workspace_id: workspaceId, user_id: userId })
    .onConflict((conflict) =>
      conflict
        .columns(["workspace_id", "user_id"])
        .doUpdateSet((excluded) => ({ user_id: excluded.ref("excluded.user_id") })),
    )
    .execute();
}
