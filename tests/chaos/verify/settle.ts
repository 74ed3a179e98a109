import { type Check, type Evidence, keptSessions, query } from "./evidence.ts";

const POLL_MS = 300;

/** How a run came to rest. */
export interface Settled {
  /** From the last healing until everything was at rest, in milliseconds. */
  readonly tookMs: number;
  /** What was not at rest when the time was over. */
  readonly unsettled: readonly string[];
}

/** Waits until the processes are ready, the outboxes are empty, and no work is waiting; but not longer than `mostMs`. */
export async function settle(evidence: Evidence, mostMs: number): Promise<Settled> {
  const startMs = performance.now();
  for (;;) {
    const unsettled = await restless(evidence).catch((error: unknown) => [`it cannot be looked at: ${String(error)}`]);
    const tookMs = performance.now() - startMs;
    if (unsettled.length === 0 || tookMs > mostMs) return { tookMs, unsettled };
    await Bun.sleep(POLL_MS);
  }
}

const restless: Check = async (evidence) => {
  const { system, clients } = evidence;
  const found: string[] = [];
  for (const each of Object.values(system.processes).flat()) {
    if (!(await each.isReady())) found.push(`${each.name} is not ready`);
  }
  for (const [index, client] of clients.entries()) {
    const { waitingChunks, sessions, upload } = await client.state();
    if (waitingChunks + sessions.length > 0)
      found.push(
        `client ${index} has ${waitingChunks} chunks of ${sessions.length} sessions and is ${JSON.stringify(upload)}`,
      );
  }
  for (const [what, text] of Object.entries(WAITING)) {
    const rows = await query<{ count: string }>(system, text);
    if (Number(rows[0]?.count) > 0) found.push(`${rows[0]?.count} ${what}`);
  }
  return [...found, ...(await unanalysed(evidence))];
};

const WAITING: Readonly<Record<string, string>> = {
  "jobs of ingest are not done": "select count(*) from ingest.jobs where state <> 'done'",
  "jobs of analysis are not done": "select count(*) from analysis.jobs where state <> 'done'",
  "changes are not told": "select count(*) from ingest.outbox where position is null",
  "sessions are not complete": "select count(*) from ingest.sessions where state <> 'complete'",
  "deletions have not reached analysis":
    "select count(*) from ingest.tombstones join analysis.sessions using (workspace_id, session_id) where not deleted",
  "packs wait for their removal": "select count(*) from ingest.packs where state = 'doomed'",
};

async function unanalysed({ system, ledger }: Evidence): Promise<string[]> {
  const rows = await query<{ session_id: string }>(
    system,
    `select s.session_id from ingest.sessions s
       left join analysis.analyses a on a.workspace_id = s.workspace_id and a.session_id = s.session_id
      where a.generation is distinct from s.generation`,
  );
  const kept = new Set(keptSessions(ledger).map(({ sessionId }) => sessionId));
  const count = rows.filter((row) => kept.has(row.session_id)).length;
  return count === 0 ? [] : [`${count} sessions are not analysed as they are now`];
}
