import { enqueueJob } from "@gigtrail/platform/jobs/enqueue";
import { type Insertable, sql } from "kysely";
import type { ExportRow } from "../../exports/export-row.ts";
import { WRITE_EXPORT } from "../../jobs/kinds.ts";
import { EXPORT_DAYS } from "../../limits.ts";
import type { ExportSchema, ExportTx } from "../schema.ts";

/** What is known of an export when it is asked for. */
export type NewExport = Omit<Insertable<ExportSchema["exports"]>, "expire_time">;

/** Adds an export, the job that writes it and the time it ends. */
export async function insertExport(tx: ExportTx, asked: NewExport): Promise<ExportRow> {
  const row = await tx
    .insertInto("exports")
    .values({ ...asked, expire_time: sql<Date>`now() + ${`${EXPORT_DAYS} days`}::interval` })
    .returningAll()
    .executeTakeFirstOrThrow();
  const { workspace_id: workspaceId, export_id: exportId, user_id: userId } = row;
  await tx
    .insertInto("expiries")
    .values({ export_id: exportId, workspace_id: workspaceId, expire_time: row.expire_time })
    .execute();
  await enqueueJob(tx, { kind: WRITE_EXPORT, key: exportId, revision: 1, workspaceId, userId, subjectId: exportId });
  return row;
}
