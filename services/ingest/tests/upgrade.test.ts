import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { migrate, type Migrations } from "@gigtrail/platform/db/migrate";
import { openPool } from "@gigtrail/platform/db/postgres";
import { newId } from "@gigtrail/platform/ids";
import { createLog } from "@gigtrail/platform/log";
import { sharedPostgres } from "@gigtrail/test-servers/postgres";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { type Kysely, sql } from "kysely";
import { migrations } from "../db/migrations.ts";
import { person } from "./support/callers.ts";
import { startIngest } from "./support/ingest-under-test.ts";
import { openTab, put, readAll } from "./support/recording.ts";
import { openEmbeddedDatabase, postgres, toTestDatabase } from "./support/test-database.ts";

const UPGRADER = `gigtrail_upgrader_${newId().replaceAll("-", "")}`;
const RELEASED = ["0001-recordings", "0002-outbox-and-packs"];
const quiet = createLog("test", "silent");

/** The migrations that the first release had. */
const first: Migrations = Object.fromEntries(Object.entries(migrations).filter(([name]) => RELEASED.includes(name)));

/** What was recorded before the upgrade, in one workspace. */
interface Recorded {
  readonly workspaceId: string;
  readonly sessionId: string;
  readonly withSnapshot: string;
  readonly without: string;
}

async function record(owner: Kysely<never>): Promise<Recorded> {
  const recorded = { workspaceId: newId(), sessionId: newId(), withSnapshot: newId(), without: newId() };
  const { workspaceId, sessionId, withSnapshot, without } = recorded;
  await sql`insert into ingest.workspace_keys values (${workspaceId}, '\\x00')`.execute(owner);
  await sql`insert into ingest.sessions (workspace_id, session_id, user_id, display_name, state)
            values (${workspaceId}, ${sessionId}, ${newId()}, 'before', 'complete')`.execute(owner);
  for (const [tabId, has] of [
    [withSnapshot, true],
    [without, false],
  ] as const) {
    await sql`insert into ingest.tabs (workspace_id, session_id, tab_id, received, has_full_snapshot, event_count)
              values (${workspaceId}, ${sessionId}, ${tabId}, '{[0,3),[5,9)}', ${has}, 7)`.execute(owner);
  }
  await sql`insert into ingest.chunks (workspace_id, session_id, tab_id, seq, hash, block_id, pack_id, pack_offset,
                                       stored_bytes, masked_values)
            values (${workspaceId}, ${sessionId}, ${withSnapshot}, 0, '\\x01', ${newId()}, ${newId()}, 0, 1, 2)`.execute(
    owner,
  );
  return recorded;
}

async function expectUpgraded(owner: Kysely<never>, all: readonly Recorded[]): Promise<void> {
  const workspaces = await sql<{ id: string }>`select workspace_id as id from ingest.workspaces`.execute(owner);
  expect(workspaces.rows.map(({ id }) => id).toSorted()).toEqual(all.map(({ workspaceId }) => workspaceId).toSorted());
  for (const { sessionId, withSnapshot, without } of all) {
    const tabs = await sql<{ tab_id: string; snapshot_seq: number | null; event_count: number }>`
      select tab_id, snapshot_seq, event_count from ingest.tabs where session_id = ${sessionId}`.execute(owner);
    const found = new Map(tabs.rows.map((row) => [row.tab_id, [row.snapshot_seq, row.event_count]]));
    expect(found).toEqual(
      new Map([
        [withSnapshot, [8, 7]],
        [without, [null, 7]],
      ]),
    );
    const sessions = await sql`select state, events_expire_time, touch_time is not null as touched
                                 from ingest.sessions where session_id = ${sessionId}`.execute(owner);
    expect(sessions.rows).toEqual([{ state: "complete", events_expire_time: null, touched: true }]);
    const chunks = await sql`select cut_events from ingest.chunks where session_id = ${sessionId}`.execute(owner);
    expect(chunks.rows).toEqual([{ cut_events: 0 }]);
  }
  const unforced = await sql`select relname from pg_class where relnamespace = 'ingest'::regnamespace
                                and relrowsecurity and not relforcerowsecurity`.execute(owner);
  expect(unforced.rows).toEqual([]);
}

describe.skipIf(postgres.skip)(postgres.title("an upgrade of a database with recordings"), () => {
  let superuser: Kysely<never>;
  let url: string;

  beforeAll(async () => {
    url = await (await sharedPostgres()).createDatabase();
    superuser = openPool<never>({ url }, quiet, 2);
    // Roles belong to the whole server: who is no superuser can only hand on those that are theirs to hand on.
    for (const role of ["gt_ingest", "gt_ingest_system"]) {
      await sql`do ${sql.lit(`begin create role ${role} nologin; exception when duplicate_object then null; end`)}`.execute(
        superuser,
      );
    }
    await sql`create role ${sql.id(UPGRADER)} login createrole nosuperuser nobypassrls password 'upgrade'`.execute(
      superuser,
    );
    await sql`grant gt_ingest, gt_ingest_system to ${sql.id(UPGRADER)} with admin option`.execute(superuser);
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(superuser);
    await sql`grant create, connect on database ${sql.id(rows[0]?.name ?? "")} to ${sql.id(UPGRADER)}`.execute(
      superuser,
    );
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await sql`drop owned by ${sql.id(UPGRADER)} cascade`.execute(superuser);
    await sql`drop role ${sql.id(UPGRADER)}`.execute(superuser);
    await superuser.destroy();
  });

  test("by an owner who is no superuser keeps every workspace's rows, and closes the tables again", async () => {
    const address = { url: Object.assign(new URL(url), { username: UPGRADER, password: "upgrade" }).href };
    const upgrader = openPool<never>(address, quiet, 2);
    await migrate(upgrader, "ingest", first);
    const all = [await record(superuser), await record(superuser)];
    await migrate(upgrader, "ingest", migrations);
    await upgrader.destroy();
    await expectUpgraded(superuser, all);
    const database = toTestDatabase({ address, embedded: false, migrate: false }, async () => undefined);
    const ingest = await startIngest({ database });
    const client = ingest.as(person());
    const tab = await openTab(client);
    await put(client, tab, 0);
    expect(await readAll(client, tab.sessionId)).toHaveLength(1);
    await ingest.stop();
    await database.stop();
  }, 30_000);
});

describe("an upgrade of the embedded database with recordings", () => {
  test("keeps every workspace's rows, and closes the tables again", async () => {
    const database = await openEmbeddedDatabase();
    const owner = openPool<never>(database.surroundings.address, quiet, 1);
    await migrate(owner, "ingest", first);
    const all = [await record(owner), await record(owner)];
    await migrate(owner, "ingest", migrations);
    await expectUpgraded(owner, all);
    await owner.destroy();
    await database.stop();
  }, 60_000);
});
