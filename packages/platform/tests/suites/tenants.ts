import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Kysely, sql } from "kysely";
import { createCursorTable } from "../../changes/follow-changes.ts";
import { Database } from "../../db/database.ts";
import { migrate, type Migrations } from "../../db/migrate.ts";
import { openPool } from "../../db/postgres.ts";
import { type SchemaName, systemRole, tenantRole } from "../../db/roles.ts";
import { closeTenantTable, openSystemTable } from "../../db/tables.ts";
import { newId } from "../../ids.ts";
import { createJobTable } from "../../jobs/schema.ts";
import { quietLog } from "../quiet-log.ts";
import { type TestDatabase, withPool } from "./surroundings.ts";

const MIGRATIONS: Migrations = {
  "001": async (db) => {
    await sql`create table ingest.notes (workspace_id uuid not null, name text not null, primary key (workspace_id, name))`.execute(
      db,
    );
    await closeTenantTable(db, "ingest", "notes");
    await sql`create table ingest.lookups (name text primary key)`.execute(db);
    await openSystemTable(db, "ingest", "lookups", ["select"]);
    await createJobTable(db, "ingest");
    await createCursorTable(db, "ingest");
  },
};

/** Who a connection is, outside every transaction of ours. */
const WHO = sql<{ role: string; workspaces: string | null; path: string }>`
  select current_user as role, nullif(current_setting('app.workspaces', true), '') as workspaces,
         current_setting('search_path') as path`;

/** What Database must do about roles and tenants; uses the schema `ingest`. */
export function tenantSuite(database: () => TestDatabase): void {
  describe("tenants", () => {
    const [ours, theirs] = [newId(), newId()];
    let db: Database<never>;
    /** A pool of one connection, so that what leaks from one transaction is seen by the next. */
    let pool: Kysely<never>;

    beforeAll(async () => {
      await withPool(database(), (owner) => migrate(owner, "ingest", MIGRATIONS));
      pool = openPool<never>(database().address, quietLog, 1);
      db = new Database<never>(pool, "ingest");
      await db.inWorkspace(ours, (tx) => sql`insert into notes values (${ours}, 'ours')`.execute(tx));
      await db.inWorkspace(theirs, (tx) => sql`insert into notes values (${theirs}, 'theirs')`.execute(tx));
    });
    afterAll(() => db?.close());

    const readNotes = async (workspaces: string | string[]) => {
      const { rows } = await db.inWorkspace(workspaces, (tx) =>
        sql<{ name: string }>`select name from notes order by name`.execute(tx),
      );
      return rows.map((row) => row.name);
    };

    test("a workspace reads its own rows, and several theirs", async () => {
      expect(await readNotes(ours)).toEqual(["ours"]);
      expect(await readNotes(theirs)).toEqual(["theirs"]);
      expect(await readNotes([ours, theirs])).toEqual(["ours", "theirs"]);
      expect(await readNotes(newId())).toEqual([]);
      expect(await readNotes(ours.toUpperCase())).toEqual(["ours"]);
    });

    test("a workspace can neither change nor remove another's rows, nor write a row for it", async () => {
      const touched = await db.inWorkspace(ours, async (tx) => {
        const changed = await sql`update notes set name = 'stolen' where name = 'theirs' returning 1`.execute(tx);
        const removed = await sql`delete from notes where workspace_id = ${theirs} returning 1`.execute(tx);
        return [...changed.rows, ...removed.rows];
      });
      expect(touched).toEqual([]);
      const forbidden = [
        sql`insert into notes values (${theirs}, 'planted')`,
        sql`update notes set workspace_id = ${theirs}`,
        sql`insert into notes values (${theirs}, 'theirs') on conflict do nothing`,
      ];
      for (const statement of forbidden) {
        await expect(db.inWorkspace(ours, (tx) => statement.execute(tx))).rejects.toThrow("row-level security");
      }
      expect(await readNotes([ours, theirs])).toEqual(["ours", "theirs"]);
    });

    test("the system sees no row of any tenant, and its own tables", async () => {
      const reading = db.asSystem((tx) => sql`select * from notes`.execute(tx));
      await expect(reading).rejects.toThrow("permission denied");
      await db.asSystem((tx) => sql`insert into lookups values ('known')`.execute(tx));
      const { rows } = await db.inWorkspace(ours, (tx) => sql`select name from lookups`.execute(tx));
      expect(rows).toEqual([{ name: "known" }]);
      const writing = db.inWorkspace(ours, (tx) => sql`delete from lookups`.execute(tx));
      await expect(writing).rejects.toThrow("permission denied");
    });

    test("what is not a UUID is never a workspace", async () => {
      const attacks = [
        "",
        "x",
        `${ours}'`,
        `${ours}, true); drop table notes; --`,
        `${ours},${theirs}`,
        ` ${ours}`,
        `${ours}\n`,
      ];
      for (const attack of attacks) expect(() => db.inWorkspace(attack, async () => {})).toThrow("not a UUID");
      expect(() => db.inWorkspace([], async () => {})).toThrow("not a UUID");
      expect(() => db.inWorkspace([ours, "x"], async () => {})).toThrow("not a UUID");
      expect(await readNotes(ours)).toEqual(["ours"]);
    });

    test("role and settings end with the transaction, however it ends", async () => {
      const before = (await WHO.execute(pool)).rows;
      await db.inWorkspace(ours, (tx) => sql`select 1`.execute(tx));
      expect((await WHO.execute(pool)).rows).toEqual(before);
      await expect(db.inWorkspace(ours, (tx) => sql`select broken`.execute(tx))).rejects.toThrow();
      expect((await WHO.execute(pool)).rows).toEqual(before);
      const failing = db.inWorkspace(ours, async () => {
        throw new Error("the body failed");
      });
      await expect(failing).rejects.toThrow("the body failed");
      expect((await WHO.execute(pool)).rows).toEqual(before);
      const within = await db.inWorkspace(ours, async (tx) => (await WHO.execute(tx)).rows[0]);
      expect(within).toEqual({ role: tenantRole("ingest"), workspaces: ours, path: "ingest" });
      const asSystem = await db.asSystem(async (tx) => (await WHO.execute(tx)).rows[0]);
      expect(asSystem).toEqual({ role: systemRole("ingest"), workspaces: null, path: "ingest" });
    });

    test("a body that throws writes nothing", async () => {
      const failing = db.inWorkspace(ours, async (tx) => {
        await sql`insert into notes values (${ours}, 'undone')`.execute(tx);
        throw new Error("the body failed");
      });
      await expect(failing).rejects.toThrow("the body failed");
      expect(await readNotes(ours)).toEqual(["ours"]);
    });

    test("a body that hides the error of a query does not pass for committed", async () => {
      const hiding = db.inWorkspace(ours, async (tx) => {
        await sql`insert into notes values (${ours}, 'lost')`.execute(tx);
        await sql`select broken`.execute(tx).catch(() => undefined);
      });
      await expect(hiding).rejects.toThrow("aborted");
      expect(await readNotes(ours)).toEqual(["ours"]);
    });

    test("a transaction that cannot begin spoils nothing for the next", async () => {
      const nowhere: string = "nowhere";
      const withoutRole = new Database<never>(pool, nowhere as SchemaName);
      await expect(withoutRole.inWorkspace(ours, async () => {})).rejects.toThrow("gt_nowhere");
      expect(await readNotes(ours)).toEqual(["ours"]);
    });

    test("a transaction inside a transaction is refused, whichever query went before", async () => {
      const nested = db.inWorkspace(ours, async (tx) => {
        await sql`select 1`.execute(tx);
        return db.asSystem(async () => {});
      });
      await expect(nested).rejects.toThrow("inside a transaction");
      expect(await readNotes(ours)).toEqual(["ours"]);
    });

    test("roles own nothing, bypass nothing, cannot sign in, and cannot make anything", async () => {
      const roles = [tenantRole("ingest"), systemRole("ingest")];
      await withPool(database(), async (owner) => {
        const { rows } = await sql`
          select rolname from pg_roles
           where rolname = any(${roles})
             and not (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin or rolreplication)
           order by 1`.execute(owner);
        expect(rows).toEqual(roles.toSorted().map((rolname) => ({ rolname })));
        const owned = await sql`
          select relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = any(${roles})`.execute(
          owner,
        );
        expect(owned.rows).toEqual([]);
        const members = await sql`
          select 1 from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = any(${roles})`.execute(
          owner,
        );
        expect(members.rows).toEqual([]);
      });
      for (const statement of [sql`create table ingest.mine ()`, sql`alter table notes disable row level security`]) {
        await expect(db.inWorkspace(ours, (tx) => statement.execute(tx))).rejects.toThrow(
          /permission denied|must be owner/,
        );
      }
      await expect(db.inWorkspace(ours, (tx) => sql`truncate notes`.execute(tx))).rejects.toThrow("permission denied");
    });

    test("every table with a workspace forces row level security, or is a queue", async () => {
      const { rows } = await withPool(database(), (owner) =>
        sql<{ name: string }>`
          select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
           where c.relnamespace = 'ingest'::regnamespace and c.relkind = 'r' and a.attname = 'workspace_id'
             and not (c.relrowsecurity and c.relforcerowsecurity)`.execute(owner),
      );
      expect(rows).toEqual([{ name: "jobs" }]);
    });

    test("many transactions at once on few connections each see their own rows", async () => {
      const busy = new Database<never>(openPool<never>(database().address, quietLog, 3), "ingest");
      const seen = await Promise.all(
        Array.from({ length: 60 }, (_unused, index) =>
          busy.inWorkspace(index % 2 === 0 ? ours : theirs, async (tx) => {
            const { rows } = await sql<{ name: string }>`select name from notes`.execute(tx);
            return rows.map((row) => row.name).join();
          }),
        ),
      );
      await busy.close();
      expect(seen).toEqual(seen.map((_unused, index) => (index % 2 === 0 ? "ours" : "theirs")));
    });
  });
}
