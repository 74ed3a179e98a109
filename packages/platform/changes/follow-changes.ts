import { fromBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { type Change, ChangeSchema, IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { type Kysely, type QueryExecutorProvider, sql } from "kysely";
import type { Database } from "../db/database.ts";
import type { SchemaName } from "../db/roles.ts";
import { openSystemTable } from "../db/tables.ts";
import { pause, type Running } from "../lifecycle.ts";
import type { Surroundings } from "../service.ts";

/** Subject on which ingest tells of what happened to sessions. */
export const SESSION_CHANGES_SUBJECT = "work.session_changes";
/** How often the owner is asked for what the bus may have lost, in milliseconds. */
const CATCH_UP_MS = 60_000;
const PAGE_SIZE = 500;

/** Takes note of one change, usually by a job of its own; must be safe to repeat and to be told out of order. */
export type ChangeHandler = (change: Change) => Promise<void>;

/** What following stands on. */
export type FollowOptions<Schema> = Pick<Surroundings, "bus" | "log" | "transport" | "credentials"> & {
  db: Database<Schema>;
  onChange: ChangeHandler;
};

/** The table that holds how far a service has read. */
export async function createCursorTable(db: Kysely<never>, schema: SchemaName): Promise<void> {
  await sql`
    create table ${sql.table(`${schema}.cursors`)} (
      name     text primary key,
      position bigint not null
    )`.execute(db);
  await openSystemTable(db, schema, "cursors", []);
}

/**
 * Follows what happens to sessions: by the bus at once, and by asking ingest at the start and every minute for all
 * after the last position handled, since a broker may forget what it acknowledged.
 */
export async function followChanges<Schema>(options: FollowOptions<Schema>): Promise<Running> {
  const { bus, db, log, onChange } = options;
  const stopping = new AbortController();
  const consuming = await bus.consume(SESSION_CHANGES_SUBJECT, db.schema, (message) =>
    onChange(fromBinary(ChangeSchema, message)),
  );
  const catchingUp = (async () => {
    while (!stopping.signal.aborted) {
      await catchUp(options, stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted) log.warn({ error }, "ingest could not be asked for changes");
      });
      await pause(CATCH_UP_MS, stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await consuming.stop();
      await catchingUp;
    },
  };
}

async function catchUp<Schema>(options: FollowOptions<Schema>, signal: AbortSignal): Promise<void> {
  const { db, transport, credentials, onChange } = options;
  const ingest = createClient(IngestService, transport("ingest"));
  for (;;) {
    const afterPosition = await db.asSystem(readCursor);
    const page = await ingest.listChanges(
      { afterPosition: BigInt(afterPosition), pageSize: PAGE_SIZE },
      { headers: await credentials("ingest"), signal },
    );
    for (const change of page.changes) await onChange(change);
    const last = page.changes.at(-1);
    if (last === undefined) return;
    await db.asSystem((tx) => writeCursor(tx, Number(last.position)));
  }
}

async function readCursor(tx: QueryExecutorProvider): Promise<number> {
  const { rows } = await sql<{ position: number }>`select position from cursors where name = 'sessions'`.execute(tx);
  return rows[0]?.position ?? 0;
}

async function writeCursor(tx: QueryExecutorProvider, position: number): Promise<void> {
  await sql`
    insert into cursors (name, position) values ('sessions', ${position})
    on conflict (name) do update set position = greatest(cursors.position, excluded.position)`.execute(tx);
}
