import type { Tx } from "@gigtrail/platform/db/database";
import { openSessions, type OpenSession, type SessionName } from "../chunks/open-sessions.ts";
import type { IngestConfig } from "../config.ts";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";
import { announce } from "../sessions/announce.ts";
import { closeSession } from "../sessions/close-session.ts";
import { directiveFor } from "../sessions/directive.ts";
import { finish } from "../sessions/finish.ts";
import { isQuietSince, secondsAgo } from "../sessions/is-quiet.ts";
import { eachWorkspace } from "./each-workspace.ts";

/** How often quiet sessions are looked for, in milliseconds. */
export const QUIET_SWEEP_MS = 60_000;
/** Quiet sessions of one workspace and state that are taken in one round; the next round follows at once. */
const BATCH = 100;

type Needs = Pick<IngestContext, "db" | "bus" | "log" | "guard" | "intake" | "wake"> & {
  config: Pick<IngestConfig, "SESSION_QUIET_MINUTES" | "SESSION_GIVE_UP_HOURS">;
};

/** Sessions in this state that were quiet for so long are brought to an end. */
interface Rule {
  readonly state: "recording" | "finishing";
  readonly quietS: number;
  readonly end: (tx: Tx<IngestSchema>, session: OpenSession) => Promise<unknown>;
}

/**
 * Finishes the sessions in which nothing has happened for SESSION_QUIET_MINUTES, as if their client had, with what has
 * arrived; those whose missing chunks have not come for SESSION_GIVE_UP_HOURS are closed without them. Returns whether
 * there are more.
 */
export async function endQuietSessions(needs: Needs): Promise<boolean> {
  const rules: Rule[] = [
    {
      state: "recording",
      quietS: needs.config.SESSION_QUIET_MINUTES * 60,
      end: (tx, session) => finish(tx, session, [], "sweep"),
    },
    {
      state: "finishing",
      quietS: needs.config.SESSION_GIVE_UP_HOURS * 3_600,
      end: (tx, session) => closeSession(tx, session, "incomplete"),
    },
  ];
  let more = false;
  for await (const workspaceId of eachWorkspace(needs.db)) {
    for (const rule of rules) more = (await endThoseOf(needs, workspaceId, rule)) || more;
  }
  return more;
}

async function endThoseOf(needs: Needs, workspaceId: string, rule: Rule): Promise<boolean> {
  const quiet = await needs.db.inWorkspace(workspaceId, (tx) =>
    quietSessions(tx, workspaceId, rule).orderBy("touch_time").limit(BATCH).execute(),
  );
  let ended = 0;
  for (const { session_id: sessionId } of quiet) {
    // One that cannot be ended does not keep the others.
    await endOne(needs, { workspaceId, sessionId }, rule).then(
      () => (ended += 1),
      (error: unknown) => needs.log.warn({ error }, "a quiet session could not be ended and is tried again"),
    );
  }
  return quiet.length === BATCH && ended > 0;
}

async function endOne(needs: Needs, name: SessionName, rule: Rule): Promise<void> {
  const { workspaceId, sessionId } = name;
  const session = await needs.db.inWorkspace(workspaceId, async (tx) => {
    const open = (await openSessions(tx, [name])).get(name);
    // Asked again now that it is locked: a chunk may have come since. One that comes later reopens the session.
    const quiet = quietSessions(tx, workspaceId, rule).where("session_id", "=", sessionId);
    if (open === undefined || (await quiet.executeTakeFirst()) === undefined) return undefined;
    await rule.end(tx, open);
    return open;
  });
  if (session === undefined) return;
  if (session.isClosed) needs.wake.outbox();
  announce(needs, session, await directiveFor(needs, workspaceId));
}

function quietSessions(tx: Tx<IngestSchema>, workspaceId: string, { state, quietS }: Rule) {
  return tx
    .selectFrom("sessions")
    .select("session_id")
    .where("workspace_id", "=", workspaceId)
    .where("state", "=", state)
    .where(isQuietSince(secondsAgo(quietS)));
}
