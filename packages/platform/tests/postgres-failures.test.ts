import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { eventually } from "@gigtrail/test-servers/eventually";
import { type PostgresServer, startPostgres } from "@gigtrail/test-servers/postgres";
import { requirement } from "@gigtrail/test-servers/requirement";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { type Kysely, sql } from "kysely";
import { Database } from "../db/database.ts";
import { migrate, type Migrations } from "../db/migrate.ts";
import { openDatabase } from "../db/open-database.ts";
import { openPool } from "../db/postgres.ts";
import { closeTenantTable } from "../db/tables.ts";
import { newId } from "../ids.ts";
import { quietLog } from "./quiet-log.ts";
import { withPool } from "./suites/surroundings.ts";

const postgres = requirement("own postgresql");

const MIGRATIONS: Migrations = {
  "001": async (db) => {
    await sql`create table auth.notes (workspace_id uuid not null, name text not null)`.execute(db);
    await closeTenantTable(db, "auth", "notes");
  },
};

describe.skipIf(postgres.skip)(postgres.title("PostgreSQL that fails"), () => {
  const workspace = newId();
  let server: PostgresServer;
  let url: string;
  let db: Database<never>;

  beforeAll(async () => {
    server = await startPostgres();
  }, START_TIMEOUT_MS);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
    await withPool({ address: { url } }, (pool) => migrate(pool, "auth", MIGRATIONS));
    db = new Database<never>(openPool<never>({ url }, quietLog), "auth");
  });
  afterEach(() => db.close());

  const write = (name: string) =>
    db.inWorkspace(workspace, (tx) => sql`insert into notes values (${workspace}, ${name})`.execute(tx));
  const read = async () => {
    const { rows } = await db.inWorkspace(workspace, (tx) =>
      sql<{ name: string }>`select name from notes order by name`.execute(tx),
    );
    return rows.map((row) => row.name);
  };
  const killBackend = (pid: number) =>
    withPool({ address: { url } }, (pool) => sql`select pg_terminate_backend(${pid})`.execute(pool));
  const pidOf = async (tx: Kysely<never>) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    return rows[0]?.pid ?? 0;
  };

  test("a connection killed between two queries fails its caller alone; the next call works", async () => {
    await write("kept");
    const failing = db.inWorkspace(workspace, async (tx) => {
      await sql`insert into notes values (${workspace}, 'lost')`.execute(tx);
      await killBackend(await pidOf(tx));
      await sql`select 1`.execute(tx);
    });
    await expect(failing).rejects.toThrow();
    expect(await read()).toEqual(["kept"]);
  });

  test("a connection killed in the middle of a query fails its caller alone", async () => {
    const pid = Promise.withResolvers<number>();
    const failing = db.inWorkspace(workspace, async (tx) => {
      pid.resolve(await pidOf(tx));
      await sql`select pg_sleep(600)`.execute(tx);
    });
    failing.catch(() => undefined);
    await killBackend(await pid.promise);
    await expect(failing).rejects.toThrow();
    expect(await read()).toEqual([]);
  });

  test("idle connections that are killed are replaced", async () => {
    await Promise.all(["a", "b", "c"].map(write));
    await withPool({ address: { url } }, (pool) =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`.execute(pool),
    );
    await eventually(async () => expect(await read()).toEqual(["a", "b", "c"]));
  });

  test(
    "a restart of the server fails what is in hand, keeps what was committed, and the pool recovers",
    async () => {
      await write("before");
      const inHand = db.inWorkspace(workspace, async (tx) => {
        await sql`insert into notes values (${workspace}, 'lost')`.execute(tx);
        await server.kill();
        await sql`select 1`.execute(tx);
      });
      await expect(inHand).rejects.toThrow();
      await expect(read()).rejects.toThrow();
      await expect(db.check()).rejects.toThrow();
      await server.start();
      await eventually(() => db.check());
      await write("between");
      expect(await read()).toEqual(["before", "between"]);
    },
    START_TIMEOUT_MS,
  );

  test("a server that would lose what it acknowledged is refused", async () => {
    await withPool({ address: { url } }, async (pool) => {
      await sql`alter database ${sql.id(new URL(url).pathname.slice(1))} set synchronous_commit = off`.execute(pool);
    });
    const opening = openDatabase({ address: { url }, embedded: false, migrate: true }, "auth", MIGRATIONS, quietLog);
    await expect(opening).rejects.toThrow("synchronous_commit=off");
  });

  test("an owner who is no superuser can migrate and use it, and sees no tenant's row itself", async () => {
    const database = new URL(await server.createDatabase());
    await withPool({ address: { url: database.href } }, async (pool) => {
      await sql`create role plain_owner login createrole`.execute(pool);
      await sql`alter database ${sql.id(database.pathname.slice(1))} owner to plain_owner`.execute(pool);
    });
    database.username = "plain_owner";
    const address = { url: database.href };
    const mine = await openDatabase<never>(
      { address, embedded: false, migrate: true },
      "analysis",
      {
        "001": async (tx) => {
          await sql`create table analysis.notes (workspace_id uuid not null)`.execute(tx);
          await closeTenantTable(tx, "analysis", "notes");
        },
      },
      quietLog,
    );
    await mine.inWorkspace(workspace, (tx) => sql`insert into notes values (${workspace})`.execute(tx));
    const seen = await mine.inWorkspace(workspace, (tx) => sql`select 1 from notes`.execute(tx));
    expect(seen.rows).toHaveLength(1);
    const byOwner = await withPool({ address }, (pool) => sql`select 1 from analysis.notes`.execute(pool));
    expect(byOwner.rows).toHaveLength(0);
    await mine.close();
  });
});
