import { afterAll, beforeAll, beforeEach, describe } from "bun:test";
import { startPglite } from "@gigtrail/platform/db/pglite";
import type { Environment } from "@gigtrail/platform/config";
import type { DatabaseSurroundings } from "@gigtrail/platform/service";
import { sharedPostgres } from "@gigtrail/test-servers/postgres";
import { requirement } from "@gigtrail/test-servers/requirement";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { AuthInstance } from "./auth-instance.ts";

/** A busy machine takes this long to make a database, in milliseconds. */
const START_MS = 60_000;

/** What a test has: an auth service at which nobody has registered yet. */
export interface AuthTest {
  readonly instance: AuthInstance;
  /** Another process of the same instance, with the same clock. */
  readonly open: AuthInstance;
}

interface TestDatabase {
  readonly database: DatabaseSurroundings;
  close(): Promise<void>;
}

const postgresql = requirement("postgresql");

/**
 * Runs a group of tests on the embedded database, and on PostgreSQL where it is found. `the.instance` takes new
 * accounts by invitation, `the.open` from everybody.
 */
export function describeAuth(name: string, tests: (the: AuthTest) => void): void {
  describe(`${name}, on PGlite`, () => run(openPglite, tests));
  describe.skipIf(postgresql.skip)(postgresql.title(`${name}, on PostgreSQL`), () => run(openPostgres, tests));
}

function run(openDatabase: () => Promise<TestDatabase>, tests: (the: AuthTest) => void): void {
  const started: { close(): Promise<void> }[] = [];
  let instance: AuthInstance | undefined;
  let open: AuthInstance | undefined;
  const start = async (database: DatabaseSurroundings, env: Environment) => {
    const each = await AuthInstance.start(database, instance?.clock, env);
    started.push({ close: () => each.stop() });
    return each;
  };
  beforeAll(async () => {
    const opened = await openDatabase();
    started.push(opened);
    instance = await start(opened.database, {});
    open = await start(opened.database, { REGISTRATION: "open" });
  }, START_MS);
  beforeEach(() => instance?.empty());
  afterAll(async () => {
    for (const each of started.toReversed()) await each.close();
  }, START_MS);
  tests({
    get instance() {
      return assertStarted(instance);
    },
    get open() {
      return assertStarted(open);
    },
  });
}

function assertStarted(instance: AuthInstance | undefined): AuthInstance {
  if (instance === undefined) throw new Error("the auth service did not start");
  return instance;
}

/** The embedded database in a folder of its own. */
export async function openPglite(): Promise<TestDatabase> {
  const folder = createTempFolder();
  const pglite = await startPglite(folder.path);
  const close = async () => {
    await pglite.stop();
    folder.remove();
  };
  return { database: { address: pglite.address, embedded: true, migrate: true }, close };
}

async function openPostgres(): Promise<TestDatabase> {
  const url = await (await sharedPostgres()).createDatabase();
  return { database: { address: { url }, embedded: false, migrate: true }, close: () => Promise.resolve() };
}
