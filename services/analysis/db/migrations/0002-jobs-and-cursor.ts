import { createCursorTable } from "@gigtrail/platform/changes/follow-changes";
import { createJobTable } from "@gigtrail/platform/jobs/schema";
import type { Kysely } from "kysely";

/** What is to be analysed, and how far ingest's changes are read. */
export async function jobsAndCursor(db: Kysely<never>): Promise<void> {
  await createJobTable(db, "analysis");
  await createCursorTable(db, "analysis");
}
