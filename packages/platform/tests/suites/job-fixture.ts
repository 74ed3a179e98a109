import { afterAll, afterEach, beforeAll, beforeEach } from "bun:test";
import { type Kysely, sql } from "kysely";
import { InProcessBus } from "../../bus/in-process.ts";
import { Database } from "../../db/database.ts";
import { migrate, type Migrations } from "../../db/migrate.ts";
import { openPool } from "../../db/postgres.ts";
import { closeTenantTable } from "../../db/tables.ts";
import { newId } from "../../ids.ts";
import { type Claim, claimJob } from "../../jobs/claim.ts";
import { enqueueJob, type JobRequest } from "../../jobs/enqueue.ts";
import { type JobHandler, startRunner } from "../../jobs/runner.ts";
import { createJobTable } from "../../jobs/schema.ts";
import { wakeWorkers } from "../../jobs/wake.ts";
import type { Running } from "../../lifecycle.ts";
import { createMetrics } from "../../metrics.ts";
import { quietLog } from "../quiet-log.ts";
import { type TestDatabase, withPool } from "./surroundings.ts";

const metrics = createMetrics("test");

const MIGRATIONS: Migrations = {
  "001": async (db) => {
    await createJobTable(db, "analysis");
    await sql`create table analysis.results (workspace_id uuid not null, text text not null)`.execute(db);
    await closeTenantTable(db, "analysis", "results");
  },
};

/** A row of the job table, as far as the tests look at it. */
export interface JobRow {
  state: string;
  attempts: number;
  fence: number;
  revision: number;
  error_reason: string | null;
  /** Seconds from the last change until it is due. */
  delay_s: number;
}

/** Jobs of a kind that no other test uses, in the schema `analysis`. Make it in a `describe`: it registers hooks. */
export class JobFixture {
  readonly workspaceId = newId();
  readonly #bus = new InProcessBus(quietLog);
  readonly #runners: Running[] = [];
  #kind = "";
  #db: Database<never> | undefined;
  #owner: Kysely<never> | undefined;

  constructor(database: () => TestDatabase) {
    beforeAll(async () => {
      await withPool(database(), (pool) => migrate(pool, "analysis", MIGRATIONS));
      this.#owner = openPool<never>(database().address, quietLog, 2);
      this.#db = new Database<never>(openPool<never>(database().address, quietLog), "analysis");
    });
    beforeEach(() => {
      this.#kind = `kind-${newId()}`;
    });
    afterEach(async () => {
      await Promise.all(this.#runners.splice(0).map((runner) => runner.stop()));
    });
    afterAll(async () => {
      await this.#db?.close();
      await this.#owner?.destroy();
    });
  }

  get db(): Database<never> {
    if (this.#db === undefined) throw new Error("before beforeAll");
    return this.#db;
  }

  /** A request for a job of this test's kind. */
  request(key: string, revision = 1, detail = {}): JobRequest {
    const { workspaceId } = this;
    return { kind: this.#kind, key, revision, workspaceId, userId: newId(), subjectId: newId(), detail };
  }

  /** Asks for a job, without telling the workers. */
  ask(key: string, revision = 1, detail = {}): Promise<boolean> {
    return this.db.inWorkspace(this.workspaceId, (tx) => enqueueJob(tx, this.request(key, revision, detail)));
  }

  /** Claims a job if one is due. */
  tryClaim(): Promise<Claim | undefined> {
    return this.db.asSystem((tx) => claimJob(tx, [this.#kind]));
  }

  /** Claims a job that must be due. */
  async claim(): Promise<Claim> {
    const taken = await this.tryClaim();
    if (taken === undefined) throw new Error("there was nothing to claim");
    return taken;
  }

  /** How a job stands, as the owner of the table sees it. */
  async row(key: string): Promise<JobRow> {
    const { rows } = await this.#asOwner(sql<JobRow>`
      select state, attempts, fence, revision, error_reason, extract(epoch from run_after - update_time)::float8 as delay_s
        from analysis.jobs where kind = ${this.#kind} and key = ${key}`);
    if (rows[0] === undefined) throw new Error("no such job");
    return rows[0];
  }

  /** Lets the lease of a job run out now. */
  async expireLease(key: string): Promise<void> {
    await this.#asOwner(sql`
      update analysis.jobs set lease_until = now() - interval '1 second' where kind = ${this.#kind} and key = ${key}`);
  }

  /** Ends a job's waiting and tells the workers. */
  async makeDue(key: string): Promise<void> {
    await this.#asOwner(sql`update analysis.jobs set run_after = now() where kind = ${this.#kind} and key = ${key}`);
    this.wake();
  }

  /** Tells the workers that something is due. */
  wake(): void {
    wakeWorkers(this.#bus, "analysis");
  }

  /** What the jobs of this test have written, in the order of the alphabet. */
  async results(): Promise<string[]> {
    const { rows } = await this.db.inWorkspace(this.workspaceId, (tx) =>
      sql<{ text: string }>`select text from results where text like ${`${this.#kind}%`} order by text`.execute(tx),
    );
    return rows.map((each) => each.text.slice(this.#kind.length + 1));
  }

  /** Writes a result, for job.finish. */
  writeResult(text: string): (tx: Kysely<never>) => Promise<void> {
    return async (tx) => {
      await sql`insert into results values (${this.workspaceId}, ${`${this.#kind} ${text}`})`.execute(tx);
    };
  }

  /** Starts a runner for this test's kind; it is stopped after the test. */
  run(handler: JobHandler<never>, concurrency = 1): Running {
    const { db } = this;
    const handlers = { [this.#kind]: handler };
    const runner = startRunner({ db, bus: this.#bus, log: quietLog, metrics, handlers, concurrency });
    this.#runners.push(runner);
    return runner;
  }

  #asOwner<Row>(statement: ReturnType<typeof sql<Row>>) {
    if (this.#owner === undefined) throw new Error("before beforeAll");
    // In a transaction, for the sake of PGlite: see migrate.
    return this.#owner.transaction().execute((tx) => statement.execute(tx));
  }
}
