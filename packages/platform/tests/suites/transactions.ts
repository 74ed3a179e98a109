import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "kysely";
import { Database, type Tx } from "../../db/database.ts";
import { migrate, type Migrations } from "../../db/migrate.ts";
import { openPool } from "../../db/postgres.ts";
import { openSystemTable } from "../../db/tables.ts";
import { quietLog } from "../quiet-log.ts";
import { type TestDatabase, withPool } from "./surroundings.ts";

const MIGRATIONS: Migrations = {
  "001": async (db) => {
    await sql`create table auth.steps (step int primary key, place bigint generated always as identity)`.execute(db);
    await openSystemTable(db, "auth", "steps", []);
  },
};

/** What Database must do about queries that are begun together; uses the schema `auth`. */
export function transactionSuite(database: () => TestDatabase): void {
  describe("transactions", () => {
    let db: Database<never>;

    beforeAll(async () => {
      await withPool(database(), (owner) => migrate(owner, "auth", MIGRATIONS));
      db = new Database<never>(openPool<never>(database().address, quietLog, 4), "auth");
    });
    afterAll(() => db?.close());

    const insert = (tx: Tx<never>, step: number) => sql`insert into steps (step) values (${step})`.execute(tx);
    const steps = async () => {
      const { rows } = await db.asSystem((tx) =>
        sql<{ step: number }>`select step from steps order by place`.execute(tx),
      );
      return rows.map(({ step }) => step);
    };
    const clear = () => db.asSystem((tx) => sql`delete from steps`.execute(tx));

    test("queries begun together run in the order in which they were begun, in every one of many transactions", async () => {
      const all = Array.from({ length: 40 }, (_round, round) =>
        Array.from({ length: 5 }, (_, place) => round * 5 + place),
      );
      await Promise.all(all.map((round) => db.asSystem((tx) => Promise.all(round.map((step) => insert(tx, step))))));
      const found = await steps();
      for (const round of all) expect(found.filter((step) => round.includes(step))).toEqual(round);
      expect(found.length).toBe(200);
      await clear();
    });

    test("each of them sees what those before it have done", async () => {
      const counts = await db.asSystem(async (tx) => {
        const count = () => sql<{ n: number }>`select count(*)::int as n from steps`.execute(tx);
        const [, one, , two] = await Promise.all([insert(tx, 1), count(), insert(tx, 2), count()]);
        return [one.rows[0]?.n, two.rows[0]?.n];
      });
      expect(counts).toEqual([1, 2]);
      await clear();
    });

    test("of one that fails nothing is kept, its error is told, and the next transaction is not touched by it", async () => {
      const failing = db.asSystem((tx) => Promise.all([insert(tx, 1), insert(tx, 1), insert(tx, 2)]));
      const next = db.asSystem((tx) => Promise.all([insert(tx, 7), insert(tx, 8)]));
      await expect(failing).rejects.toMatchObject({ code: "23505" });
      await next;
      expect(await steps()).toEqual([7, 8]);
      await clear();
    });

    test("a body that does not wait for a query that fails does not pass for committed", async () => {
      const failing = db.asSystem(async (tx) => {
        insert(tx, 1).catch(() => undefined);
        insert(tx, 1).catch(() => undefined);
      });
      await expect(failing).rejects.toThrow("current transaction is aborted");
      expect(await steps()).toEqual([]);
    });
  });
}
