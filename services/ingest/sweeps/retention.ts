import type { Tx } from "@gigtrail/platform/db/database";
import { sql } from "kysely";
import type { SessionName } from "../chunks/open-sessions.ts";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";
import { expireEvents } from "../sessions/expire-events.ts";
import { isQuietSince, secondsAgo } from "../sessions/is-quiet.ts";
import { type EffectiveSettings, type InstanceSettings, readSettings } from "../settings/recording-settings.ts";
import { readUsedBytes } from "../storage/used-bytes.ts";
import { eachWorkspace } from "./each-workspace.ts";

/** Sessions looked up in one go. */
const BATCH = 100;
/** Share of the byte budget that is used at most once the oldest sessions were removed. */
const FULL_SHARE = 0.9;
const DAY_S = 86_400;

type Needs = Pick<IngestContext, "db" | "log" | "standings" | "wake"> & { config: InstanceSettings };

/** Removes, in all workspaces, the events that have outlived retention or for which there is no room. */
export async function retainAll(needs: Needs): Promise<boolean> {
  for await (const workspaceId of eachWorkspace(needs.db)) {
    // One workspace's trouble does not keep the others.
    await retain(needs, workspaceId).catch((error: unknown) =>
      needs.log.warn({ error }, "retention failed and is tried again"),
    );
  }
  return false;
}

/** Removes the events of one workspace that have outlived retention or for which there is no room. */
export async function retain(needs: Needs, workspaceId: string): Promise<void> {
  const settings = await needs.db.inWorkspace(workspaceId, (tx) => readSettings(tx, workspaceId, needs.config));
  if (settings.retentionDays > 0) await removeOutlived(needs, workspaceId, settings);
  const { byteBudget, removeOldest } = settings;
  if (!removeOldest || byteBudget === 0) return;
  // Only now: what has outlived retention may have made room enough.
  const usedBytes = await needs.db.inWorkspace(workspaceId, (tx) => readUsedBytes(tx, workspaceId));
  if (usedBytes >= byteBudget) await removeOldestSessions(needs, workspaceId, byteBudget * FULL_SHARE);
}

async function removeOutlived(needs: Needs, workspaceId: string, { retentionDays }: EffectiveSettings): Promise<void> {
  const due = (tx: Tx<IngestSchema>) => outlived(tx, workspaceId, retentionDays);
  let removed: number;
  do {
    const rows = await needs.db.inWorkspace(workspaceId, (tx) => due(tx).orderBy("create_time").limit(BATCH).execute());
    removed = 0;
    for (const { session_id: sessionId } of rows) {
      const isDue = async (tx: Tx<IngestSchema>) => isThere(due(tx).where("session_id", "=", sessionId));
      if (await expire(needs, { workspaceId, sessionId }, isDue)) removed += 1;
    }
  } while (removed === BATCH);
}

/** One that is still open is due only when nothing has come for as long: it could be in the middle of its upload. */
function outlived(tx: Tx<IngestSchema>, workspaceId: string, retentionDays: number) {
  const end = secondsAgo(retentionDays * DAY_S);
  return tx
    .selectFrom("sessions")
    .select("session_id")
    .where("workspace_id", "=", workspaceId)
    .where("events_expire_time", "is", null)
    .where("create_time", "<", end)
    .where((row) => row.or([row("state", "in", ["complete", "incomplete"]), isQuietSince(end)]));
}

/** Removes until no more than `mostBytes` are used. Runs beside it do the same: each asks again before each session. */
async function removeOldestSessions(needs: Needs, workspaceId: string, mostBytes: number): Promise<void> {
  const due = (tx: Tx<IngestSchema>) => closed(tx, workspaceId);
  let enough = false;
  let rows: { session_id: string }[];
  do {
    rows = await needs.db.inWorkspace(workspaceId, (tx) =>
      due(tx).orderBy("create_time").orderBy("session_id").limit(BATCH).execute(),
    );
    for (const { session_id: sessionId } of rows) {
      const isDue = async (tx: Tx<IngestSchema>) => {
        enough = (await readUsedBytes(tx, workspaceId)) <= mostBytes;
        return !enough && isThere(due(tx).where("session_id", "=", sessionId));
      };
      await expire(needs, { workspaceId, sessionId }, isDue);
      if (enough) return;
    }
  } while (rows.length > 0);
}

/** Closed sessions whose events take up room. */
function closed(tx: Tx<IngestSchema>, workspaceId: string) {
  return tx
    .selectFrom("sessions")
    .select("session_id")
    .where("workspace_id", "=", workspaceId)
    .where("events_expire_time", "is", null)
    .where("state", "in", ["complete", "incomplete"])
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("tabs")
          .select("tabs.tab_id")
          .whereRef("tabs.workspace_id", "=", "sessions.workspace_id")
          .whereRef("tabs.session_id", "=", "sessions.session_id")
          .where("tabs.stored_bytes", ">", 0),
      ),
    );
}

async function isThere(query: { executeTakeFirst(): Promise<object | undefined> }): Promise<boolean> {
  return (await query.executeTakeFirst()) !== undefined;
}

/** Removes one session's events when it is still due once it is locked; returns whether it was. */
async function expire(
  { db, standings, wake }: Needs,
  name: SessionName,
  isDue: (tx: Tx<IngestSchema>) => Promise<boolean>,
): Promise<boolean> {
  const { workspaceId, sessionId } = name;
  const expired = await db.inWorkspace(workspaceId, async (tx) => {
    await lockRetention(tx, workspaceId);
    await tx
      .selectFrom("sessions")
      .select("session_id")
      .where("workspace_id", "=", workspaceId)
      .where("session_id", "=", sessionId)
      .forUpdate()
      .execute();
    // A statement of its own, so that it sees what was committed while those before waited for their locks.
    if (!(await isDue(tx))) return false;
    await expireEvents(tx, name);
    return true;
  });
  if (!expired) return false;
  standings.forget(workspaceId);
  wake.sweep();
  return true;
}

/**
 * Has other runs of retention in the workspace wait for this transaction, so that they see what it has freed. In the
 * embedded database all connections are one session, which this does not keep apart; transactions do not overlap there.
 */
async function lockRetention(tx: Tx<IngestSchema>, workspaceId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`retention ${workspaceId}`}, 0))`.execute(tx);
}
