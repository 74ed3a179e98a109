import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { newId } from "@gigtrail/platform/ids";
import { SessionDeletionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_deletion_pb";
import type { Account } from "./account.ts";
import type { Ledger, SessionEntry } from "./ledger.ts";
import { untilDone } from "./retry.ts";

/** How long a call may take before it is given up and repeated, in milliseconds. */
const CALL = { timeoutMs: 10_000 };

/** Deletes a session after so many milliseconds, however often that must be tried. One that the server has never heard of is made first. */
export async function deleteOne(
  ledger: Ledger,
  entry: SessionEntry,
  stop: AbortSignal,
  afterMs: number,
): Promise<void> {
  await Bun.sleep(afterMs);
  if (entry.madeMs === undefined || entry.fate !== "kept") return;
  const { sessionId } = entry;
  entry.fate = "deleting";
  await untilDone(async () => (await entry.account.clients()).ingest.deleteSession({ sessionId }, CALL), stop);
  entry.fate = "deleted";
  ledger.deletions += 1;
}

/** Deletes, as one job, all that an account has now. What is being made at this moment may be taken or not. */
export async function deleteAllNow(ledger: Ledger, account: Account, stop: AbortSignal): Promise<void> {
  const nowMs = Date.now();
  const meant = [...ledger.sessions.values()].filter((entry) => entry.account === account && entry.fate === "kept");
  for (const entry of meant) {
    if (entry.askedMs === undefined) continue;
    entry.fate = entry.madeMs === undefined ? "doubtful" : "deleting";
  }
  const request = { deletionId: newId(), filter: { createdBefore: timestampFromMs(nowMs) } };
  await untilDone(async () => (await account.clients()).ingest.deleteSessions(request, CALL), stop);
  await untilDone(async () => {
    const { deletion } = await (await account.clients()).ingest.getSessionDeletion(request, CALL);
    if (deletion?.state !== SessionDeletionState.DONE) throw new Error("the deletion of many is not done");
  }, stop);
  for (const entry of meant) {
    if (entry.fate !== "deleting") continue;
    entry.fate = "deleted";
    ledger.deletions += 1;
  }
}
