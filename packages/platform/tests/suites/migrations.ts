import { describe, expect, test } from "bun:test";
import { type Kysely, sql } from "kysely";
import { checkMigrated, migrate, MigrationError, type Migrations } from "../../db/migrate.ts";
import { openDatabase } from "../../db/open-database.ts";
import { quietLog } from "../quiet-log.ts";
import { type TestDatabase, withPool } from "./surroundings.ts";

const FIRST: Migrations = {
  "001-things": async (db) => {
    await sql`create table export.things (name text)`.execute(db);
    await sql`insert into export.things values ('made once')`.execute(db);
  },
};
const WITH_BROKEN: Migrations = {
  ...FIRST,
  "002-more": async (db) => {
    await sql`create table export.more (name text)`.execute(db);
  },
  "003-broken": async (db) => {
    await sql`create table export.half (name text)`.execute(db);
    throw new Error("broken");
  },
};

async function names(pool: Kysely<never>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'export' and tablename not like 'migrations%'
     order by 1`.execute(pool);
  return rows.map((row) => row.name);
}

/** What migrate and checkMigrated must do; uses the schema `export`, from before it exists. */
export function migrationSuite(database: () => TestDatabase): void {
  describe("migrations", () => {
    test("a schema that was never migrated is refused, with what to do", async () => {
      await withPool(database(), async (pool) => {
        await expect(checkMigrated(pool, "export", FIRST)).rejects.toThrow("bun run migrate");
      });
    });

    test("two processes may migrate at once; each migration runs once", async () => {
      await Promise.all(
        Array.from({ length: 4 }, () => withPool(database(), (pool) => migrate(pool, "export", FIRST), 1)),
      );
      await withPool(database(), async (pool) => {
        const { rows } = await sql`select name from export.things`.execute(pool);
        expect(rows).toEqual([{ name: "made once" }]);
        await migrate(pool, "export", FIRST);
        await checkMigrated(pool, "export", FIRST);
        expect(await names(pool)).toEqual(["things"]);
      });
    });

    test("may run while others use the database", async () => {
      let done = false;
      const use = (pool: Kysely<never>, text: string) =>
        pool.transaction().execute((tx) => sql`select ${text}::text`.execute(tx));
      const using = withPool(
        database(),
        async (pool) => {
          while (!done) await Promise.all(["a", "b", "c", "d"].map((text) => use(pool, text)));
        },
        4,
      );
      try {
        for (let run = 0; run < 20; run += 1) {
          await withPool(database(), (pool) => migrate(pool, "export", FIRST), 1);
        }
      } finally {
        done = true;
      }
      await using;
    });

    test("one that fails leaves nothing of its run behind, and the schema is refused", async () => {
      await withPool(database(), async (pool) => {
        await expect(migrate(pool, "export", WITH_BROKEN)).rejects.toThrow(MigrationError);
        expect(await names(pool)).toEqual(["things"]);
        await expect(checkMigrated(pool, "export", WITH_BROKEN)).rejects.toThrow("lacks 2 migration(s)");
      });
    });

    test("openDatabase migrates when it may, and refuses otherwise", async () => {
      const { address, embedded } = database();
      const all: Migrations = { ...FIRST, "002-more": WITH_BROKEN["002-more"] ?? FIRST["001-things"]! };
      const open = (mayMigrate: boolean) =>
        openDatabase({ address, embedded, migrate: mayMigrate }, "export", all, quietLog);
      await expect(open(false)).rejects.toThrow(MigrationError);
      await (await open(true)).close();
      const db = await open(false);
      await db.check();
      await db.close();
    });
  });
}
