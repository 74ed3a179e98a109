import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Client } from "pg";
import { type PostgresServer, startPostgres } from "../postgres.ts";
import { requirement } from "../requirement.ts";
import { START_TIMEOUT_MS } from "../server-program.ts";

const postgres = requirement("own postgresql");

describe.skipIf(postgres.skip)(postgres.title("PostgreSQL for tests"), () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, START_TIMEOUT_MS);
  afterAll(() => server.stop());

  async function ask(url: string, statement: string): Promise<unknown[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query({ text: statement, rowMode: "array" })).rows.flat();
    } finally {
      await client.end();
    }
  }

  test("is as durable as in production", async () => {
    const settings =
      "current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes')";
    expect(await ask(server.url("postgres"), `select ${settings}`)).toEqual(["on", "on", "on"]);
  });

  test("gives each test a database of its own", async () => {
    const [one, other] = [await server.createDatabase(), await server.createDatabase()];
    await ask(one, "create table things (name text)");
    expect(await ask(other, "select to_regclass('things')")).toEqual([null]);
  });

  test(
    "keeps what was committed when it is killed",
    async () => {
      const url = await server.createDatabase();
      await ask(url, "create table things as select 'kept' as name");
      await server.kill();
      expect(ask(url, "select 1")).rejects.toThrow();
      await server.start();
      expect(await ask(url, "select name from things")).toEqual(["kept"]);
    },
    START_TIMEOUT_MS,
  );
});
