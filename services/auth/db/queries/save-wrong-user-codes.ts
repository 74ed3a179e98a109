import type { AuthTx } from "../schema.ts";

/** Writes when a user entered wrong codes. */
export async function saveWrongUserCodes(tx: AuthTx, userId: string, wrongTimes: Date[]): Promise<void> {
  await tx.updateTable("wrong_user_codes").set({ wrong_times: wrongTimes }).where("user_id", "=", userId).execute();
}
