import { Client } from "pg";
import type { ChaosSystem } from "../system/start-system.ts";
import type { ChaosClient } from "../workload/chaos-client.ts";
import type { Ledger, SessionEntry } from "../workload/ledger.ts";

/** Most findings of one check that are told; the rest are counted. */
const MAX_FINDINGS = 20;

/** What a run is judged by. */
export interface Evidence {
  readonly system: ChaosSystem;
  readonly clients: readonly ChaosClient[];
  readonly ledger: Ledger;
}

/** What a check found wrong, in words; empty when all is as it must be. */
export type Check = (evidence: Evidence) => Promise<string[]>;

/** Asks the database as a superuser. */
export async function query<Row extends object>(
  system: ChaosSystem,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** The sessions that nobody has deleted and that the server has heard of. */
export function keptSessions(ledger: Ledger): SessionEntry[] {
  return [...ledger.sessions.values()].filter((entry) => entry.fate === "kept" && entry.askedMs !== undefined);
}

/** Does a check for each of many; what throws is found wrong too. */
export async function forEach<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  check: (item: T) => Promise<string[]>,
) {
  const found: string[] = [];
  for (const item of items) {
    const here = await check(item).catch((error: unknown) => [`could not be looked at: ${String(error)}`]);
    found.push(...here.map((each) => `${nameOf(item)}: ${each}`));
  }
  const more = found.length - MAX_FINDINGS;
  return more > 0 ? [...found.slice(0, MAX_FINDINGS), `and ${more} more of the kind`] : found;
}
