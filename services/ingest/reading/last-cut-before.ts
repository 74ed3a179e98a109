import type { Tx } from "@gigtrail/platform/db/database";
import { sql } from "kysely";
import type { SessionName } from "../chunks/open-sessions.ts";
import { parseSeqRanges } from "../chunks/seq-ranges.ts";
import type { IngestSchema } from "../db/schema.ts";

/**
 * The last chunk before a given one, without a gap between them, that had events cut out; undefined where there is none.
 * A chunk that ends on a page that is never recorded has had at least the event cut out that names the page, so the tab
 * can be on such a page only after one of these.
 */
export async function lastCutBefore(
  tx: Tx<IngestSchema>,
  { workspaceId, sessionId }: SessionName,
  tabId: string,
  seq: number,
): Promise<number | undefined> {
  const tab = await tx
    .selectFrom("tabs")
    .select(sql<string>`received::text`.as("received"))
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .where("tab_id", "=", tabId)
    .executeTakeFirst();
  const run = parseSeqRanges(tab?.received ?? "").find(([first, last]) => first < seq && seq <= last);
  if (run === undefined) return undefined;
  const cut = await tx
    .selectFrom("chunks")
    .select("seq")
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .where("tab_id", "=", tabId)
    .where("seq", ">=", run[0])
    .where("seq", "<", seq)
    .where("cut_events", ">", 0)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return cut?.seq;
}
