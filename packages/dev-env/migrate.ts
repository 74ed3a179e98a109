/** `bun run migrate`: brings the schemas of all services up to date in the database that DATABASE_URL names. */
import { migrations as analysis } from "@gigtrail/analysis/db/migrations";
import { migrations as auth } from "@gigtrail/auth/db/migrations";
import { migrations as exports } from "@gigtrail/export/db/migrations";
import { migrations as ingest } from "@gigtrail/ingest/db/migrations";
import { migrate } from "@gigtrail/platform/db/migrate";
import { openPool } from "@gigtrail/platform/db/postgres";
import { createLog } from "@gigtrail/platform/log";
import { PlainError } from "@gigtrail/platform/plain-error";
import { runPlainly } from "./terminal/run-plainly.ts";

await runPlainly(async () => {
  const url = process.env["DATABASE_URL"];
  if (!url)
    throw new PlainError(
      "Set DATABASE_URL to the PostgreSQL that is to be migrated, as a user who may create schemas and roles.",
    );
  const db = openPool<never>({ url }, createLog("migrate", "warn"), 1);
  try {
    for (const [schema, steps] of Object.entries({ auth, ingest, analysis, export: exports } as const)) {
      await migrate(db, schema as "auth", steps);
      process.stdout.write(`${schema}: up to date\n`);
    }
  } finally {
    await db.destroy();
  }
});
