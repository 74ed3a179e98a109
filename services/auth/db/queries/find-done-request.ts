import type { AuthTx } from "../schema.ts";

/** What a request_id was spent on. */
export interface DoneRequest {
  fingerprint: Buffer;
  workspace_id: string;
  subject_id: string;
}

/** Looks up a request_id that was spent after `since`. */
export function findDoneRequest(
  tx: AuthTx,
  scope: string,
  requestId: string,
  since: Date,
): Promise<DoneRequest | undefined> {
  return tx
    .selectFrom("done_requests")
    .select(["fingerprint", "workspace_id", "subject_id"])
    .where("scope", "=", scope)
    .where("request_id", "=", requestId)
    .where("create_time", ">", since)
    .executeTakeFirst();
}
