import { afterAll, beforeAll, describe } from "bun:test";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { jobRunnerSuite } from "./suites/job-runner.ts";
import { jobTableSuite } from "./suites/job-table.ts";
import { migrationSuite } from "./suites/migrations.ts";
import { DATABASES, type TestDatabase } from "./suites/surroundings.ts";
import { tenantSuite } from "./suites/tenants.ts";
import { transactionSuite } from "./suites/transactions.ts";

for (const { name, skip, start } of DATABASES) {
  describe.skipIf(skip)(name, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await start();
    }, START_TIMEOUT_MS);
    afterAll(() => database?.stop());

    migrationSuite(() => database);
    tenantSuite(() => database);
    transactionSuite(() => database);
    jobTableSuite(() => database);
    jobRunnerSuite(() => database);
  });
}
