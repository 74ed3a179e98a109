import { toBinary } from "@bufbuild/protobuf";
import { SESSION_CHANGES_SUBJECT } from "@gigtrail/platform/changes/follow-changes";
import type { Tx } from "@gigtrail/platform/db/database";
import { ChangeSchema } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { sql } from "kysely";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";
import { OUTBOX_DAYS } from "../limits.ts";
import { type ChangeRow, toChange } from "../rpc/list-changes.ts";

/** Rows stamped in one go. */
const BATCH = 500;

/** Gives new outbox rows their positions and publishes them. Returns whether there may be more. */
export async function relayOutbox({ db, bus }: Pick<IngestContext, "db" | "bus">): Promise<boolean> {
  const stamped = await db.asSystem(stamp);
  for (const row of stamped) {
    await bus.publish(SESSION_CHANGES_SUBJECT, toBinary(ChangeSchema, toChange(row)), `ingest-${row.position}`);
  }
  return stamped.length === BATCH;
}

/**
 * Stamps rows under the lock of the one head row: positions rise without gaps and in the order in which they become
 * visible, whoever stamps. A publish that fails afterwards is made up for by whoever asks ListChanges.
 */
async function stamp(tx: Tx<IngestSchema>): Promise<ChangeRow[]> {
  const head = await tx.selectFrom("outbox_head").select("position").forUpdate().executeTakeFirstOrThrow();
  const { rows } = await sql<ChangeRow>`
    with due as (
      select outbox_id, row_number() over (order by outbox_id) as place
        from (select outbox_id from outbox where position is null order by outbox_id limit ${BATCH}) as unstamped)
    update outbox set position = ${head.position}::bigint + due.place
      from due where due.outbox_id = outbox.outbox_id
    returning position, kind, workspace_id, session_id, user_id, generation`.execute(tx);
  if (rows.length > 0)
    await tx
      .updateTable("outbox_head")
      .set({ position: head.position + rows.length })
      .execute();
  return rows.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0));
}

/**
 * Forgets what is older than anyone may ask for: all up to the last such position, since times need not rise with
 * positions, and a gap in the middle would be seen by nobody.
 */
export async function trimOutbox({ db }: Pick<IngestContext, "db">): Promise<void> {
  await db.asSystem((tx) =>
    sql`
      delete from outbox
       where position <= (select max(position) from outbox
                           where create_time < now() - ${OUTBOX_DAYS} * interval '1 day')`.execute(tx),
  );
}
