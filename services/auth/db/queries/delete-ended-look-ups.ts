import { sql } from "kysely";
import type { AuthTx } from "../schema.ts";

/** Until when rows of each kind are kept. */
export interface Cutoffs {
  now: Date;
  /** Spent request ids from before this go. */
  requests: Date;
  /** Failed attempts whose last was before this go. */
  attempts: Date;
}

/** Deletes what has ended from the look-up tables. Invitations and their codes are deleteEndedInvitations'. */
export async function deleteEndedLookUps(tx: AuthTx, { now, requests, attempts }: Cutoffs): Promise<void> {
  await tx.deleteFrom("done_requests").where("create_time", "<=", requests).execute();
  await tx.deleteFrom("login_attempts").where("last_time", "<=", attempts).execute();
  await tx.deleteFrom("refresh_tokens").where("expire_time", "<=", now).execute();
  await tx.deleteFrom("sign_ins").where("end_time", "<=", now).execute();
  await tx.deleteFrom("pairings").where("expire_time", "<=", now).execute();
  await tx
    .deleteFrom("wrong_user_codes")
    .where(sql<boolean>`not ${attempts}::timestamptz < any(wrong_times)`)
    .execute();
}
