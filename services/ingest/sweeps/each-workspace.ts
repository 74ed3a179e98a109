import type { Database } from "@gigtrail/platform/db/database";
import type { IngestSchema } from "../db/schema.ts";

/** Workspaces read in one go. */
const BATCH = 500;

/** The workspaces that have ever had a recording, in the order of their ids. */
export async function* eachWorkspace(db: Database<IngestSchema>): AsyncGenerator<string> {
  let after: string | undefined;
  for (;;) {
    const rows = await db.asSystem((tx) => {
      const next = tx.selectFrom("workspaces").select("workspace_id").orderBy("workspace_id").limit(BATCH);
      return (after === undefined ? next : next.where("workspace_id", ">", after)).execute();
    });
    for (const row of rows) yield row.workspace_id;
    after = rows.at(-1)?.workspace_id;
    if (after === undefined || rows.length < BATCH) return;
  }
}
