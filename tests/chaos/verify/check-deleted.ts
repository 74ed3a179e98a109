import { Code, ConnectError } from "@connectrpc/connect";
import { createFetchPort } from "@gigtrail/recorder/core/fetch-port";
import { UploadError } from "@gigtrail/recorder/core/upload-error";
import type { SessionEntry } from "../workload/ledger.ts";
import { type Check, type Evidence, forEach, query } from "./evidence.ts";

/** Tables in which nothing of a deleted session may be. */
const TABLES = [
  "ingest.sessions",
  "ingest.tabs",
  "ingest.chunks",
  "ingest.session_keys",
  "analysis.analyses",
  "analysis.visits",
  "analysis.job_sightings",
] as const;

/** A deleted session cannot be read, asked for or added to, and no row of it is left but its tombstones. */
export const checkDeleted: Check = async (evidence) => {
  const { ledger } = evidence;
  const deleted = [...ledger.sessions.values()].filter(({ fate }) => fate === "deleted");
  return [
    ...(await forEach(
      deleted,
      ({ sessionId }) => `deleted session ${sessionId}`,
      async (entry) => [...(await stillReadable(entry)), ...(await stillTaken(entry))],
    )),
    ...(await rowsLeft(evidence, deleted)),
  ];
};

async function stillReadable({ account, sessionId }: SessionEntry): Promise<string[]> {
  const { ingest, analysis } = await account.clients();
  const reads = {
    GetSession: () => ingest.getSession({ sessionId }),
    GetUploadState: () => ingest.getUploadState({ sessionId }),
    ReadEvents: async () => void (await Array.fromAsync(ingest.readEvents({ sessionId }))),
    GetAnalysis: () => analysis.getAnalysis({ sessionId }),
  };
  const found: string[] = [];
  for (const [name, read] of Object.entries(reads)) {
    const error = await read().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const isRefused = error instanceof ConnectError && [Code.NotFound, Code.FailedPrecondition].includes(error.code);
    if (!isRefused) found.push(`${name} answers ${error === undefined ? "it" : String(error)}`);
  }
  return found;
}

/** Sends a chunk of it once more: it must not bring the session back. */
async function stillTaken({ account, sessionId, tabs }: SessionEntry): Promise<string[]> {
  const [tab] = tabs.values();
  const [sent] = tab?.chunks.values() ?? [];
  if (tab === undefined || sent === undefined) return [];
  const port = createFetchPort({ baseUrl: account.url, accessToken: (refused) => account.token(refused) });
  try {
    await port.putChunk(sessionId, tab.tabId, sent.chunk);
    return ["a late chunk was taken"];
  } catch (error) {
    const isRefused = error instanceof UploadError && error.reason === "session_deleted";
    return isRefused ? [] : [`a late chunk was answered with ${String(error)}`];
  }
}

async function rowsLeft({ system }: Evidence, deleted: readonly SessionEntry[]): Promise<string[]> {
  const ids = deleted.map(({ sessionId }) => sessionId);
  const found: string[] = [];
  for (const table of TABLES) {
    const rows = await query<{ session_id: string }>(
      system,
      `select distinct session_id from ${table} where session_id = any($1::uuid[])`,
      [ids],
    );
    if (rows.length > 0) found.push(`${table} has rows of ${rows.length} deleted sessions`);
  }
  const tombs = await query<{ count: string }>(
    system,
    "select count(*) as count from ingest.tombstones where session_id = any($1::uuid[])",
    [ids],
  );
  if (Number(tombs[0]?.count) !== ids.length) found.push(`${tombs[0]?.count} tombstones for ${ids.length} deletions`);
  return found;
}
