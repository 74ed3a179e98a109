import { refusal } from "@gigtrail/platform/errors";
import type { AuthContext } from "../context.ts";
import { type DoneRequest, findDoneRequest } from "../db/queries/find-done-request.ts";
import { insertDoneRequest } from "../db/queries/insert-done-request.ts";
import type { AuthTx } from "../db/schema.ts";
import { hashSecret } from "../tokens/hash.ts";

/** How long a request_id makes a retry safe (AIP-155), in milliseconds. */
export const REQUEST_ID_MS = 24 * 60 * 60_000;

/** A request_id, whose it is, and what else the request said. */
export interface RequestKey {
  readonly scope: string;
  readonly requestId: string;
  readonly fingerprint: Buffer;
}

/**
 * The key of a request, or undefined when it has no request_id. `fields` are the request's other fields, without its
 * secrets: the same id with other fields is a mistake, not a retry.
 */
export function requestKey(scope: string, requestId: string, fields: readonly (string | number)[]) {
  return requestId === "" ? undefined : { scope, requestId, fingerprint: hashSecret(JSON.stringify(fields)) };
}

/** What the request was found to have done before. */
export async function findDone(
  { db, now }: AuthContext,
  key: RequestKey | undefined,
): Promise<DoneRequest | undefined> {
  if (key === undefined) return undefined;
  const since = new Date(now() - REQUEST_ID_MS);
  const done = await db.asSystem((tx) => findDoneRequest(tx, key.scope, key.requestId, since));
  if (done !== undefined && !done.fingerprint.equals(key.fingerprint)) {
    throw refusal("request_invalid", { message: "request_id: was used for another request; make a new one" });
  }
  return done;
}

/** Notes what a request did, in the transaction that does it; false when another call was faster: then do nothing. */
export async function noteDone(
  tx: AuthTx,
  key: RequestKey | undefined,
  workspaceId: string,
  subjectId: string,
  nowMs: number,
): Promise<boolean> {
  if (key === undefined) return true;
  const done = {
    scope: key.scope,
    request_id: key.requestId,
    fingerprint: key.fingerprint,
    workspace_id: workspaceId,
    subject_id: subjectId,
    create_time: new Date(nowMs),
  };
  return insertDoneRequest(tx, done, new Date(nowMs - REQUEST_ID_MS));
}
