import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { reachableTempFolder } from "@gigtrail/test-servers/unprivileged-user";
import type { FaultName } from "../faults/fault-kinds.ts";
import { playFaults, type PlayedFaults } from "../faults/play-faults.ts";
import { Random } from "../random/random.ts";
import { type ChaosSystem, startSystem } from "../system/start-system.ts";
import { checkAnalyses } from "../verify/check-analyses.ts";
import { checkBlobs } from "../verify/check-blobs.ts";
import { checkChunks } from "../verify/check-chunks.ts";
import { checkDeleted } from "../verify/check-deleted.ts";
import { countJobs } from "../verify/count-jobs.ts";
import { checkServices } from "../verify/check-services.ts";
import type { Evidence } from "../verify/evidence.ts";
import { settle } from "../verify/settle.ts";
import { Account } from "../workload/account.ts";
import { ChaosClient } from "../workload/chaos-client.ts";
import { deleteAllNow } from "../workload/deletions.ts";
import { EventSource } from "../workload/event-source.ts";
import { FollowUps } from "../workload/follow-ups.ts";
import { Ledger } from "../workload/ledger.ts";
import { recordSessions } from "../workload/record-sessions.ts";
import type { ChaosReport } from "./chaos-report.ts";

/** After what part of the run an account deletes all that it has. */
const DELETE_ALL_AT = 0.6;

/** How a run is made. */
export interface ChaosOptions {
  readonly seed: string;
  /** The faults in their order. */
  readonly plan: readonly FaultName[];
  /** From the first fault to the last, in milliseconds. */
  readonly overMs: number;
  /** How long a frozen process stays so, in milliseconds. */
  readonly freezeMs: number;
  /** How long everything may take to come to rest afterwards, in milliseconds. */
  readonly settleMs: number;
  /** Told of what happens, a line each. */
  readonly tell: (line: string) => void;
}

/** Runs the whole system while clients record and faults come, and looks at what is there in the end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const folder = mkdtempSync(join(reachableTempFolder(), "gigtrail-chaos-"));
  const startMs = performance.now();
  const system = await startSystem(folder);
  try {
    const evidence = await workload(system);
    const played = await storm(options, evidence);
    const settled = await settle(evidence, options.settleMs);
    options.tell(`at rest after ${Math.round(settled.tookMs / 1000)} s; looking at what is there`);
    const findings = [...settled.unsettled, ...played.failures, ...(await judge(evidence))];
    for (const client of evidence.clients) await client.close();
    const jobs = await countJobs(system);
    if (findings.length > 0) await keep(system);
    await system.stop();
    if (findings.length === 0) rmSync(folder, { recursive: true, force: true });
    const { seed, plan } = options;
    return {
      seed,
      plan,
      ...played,
      settleMs: settled.tookMs,
      tookMs: performance.now() - startMs,
      ledger: evidence.ledger,
      processes: Object.values(system.processes).flat(),
      jobs,
      diskWhy: "why" in system.disk ? system.disk.why : undefined,
      findings,
      folder: findings.length > 0 ? folder : undefined,
    };
  } catch (error) {
    await system.stop();
    throw error;
  }
}

/** Three browser profiles of two accounts: two of one, one of another. */
async function workload(system: ChaosSystem): Promise<Evidence> {
  const ledger = new Ledger();
  const accounts = [await Account.signUp(system.url), await Account.signUp(system.url)] as const;
  const clients = [accounts[0], accounts[0], accounts[1]].map((account) => new ChaosClient(account, ledger));
  return { system, clients, ledger };
}

/** Records while the faults are played; resolves when all is finished and nothing new begins. */
async function storm(
  { seed, plan, overMs, freezeMs, tell }: ChaosOptions,
  { system, clients, ledger }: Evidence,
): Promise<PlayedFaults & { failures: readonly string[] }> {
  const source = await EventSource.open();
  const followUps = new FollowUps();
  const ending = new AbortController();
  const recording = clients.map((client, index) => {
    const random = new Random(`${seed}/client-${index}`);
    return recordSessions({ client, source, random, ledger, followUps }, ending.signal);
  });
  const last = clients.at(-1);
  const deleting = setTimeout(() => {
    if (last !== undefined) followUps.add((stop) => deleteAllNow(ledger, last.account, stop));
  }, overMs * DELETE_ALL_AT);
  const played = await playFaults(plan, {
    victims: { system, clients, freezeMs },
    random: new Random(`${seed}/faults`),
    overMs,
    lastAckMs: () => ledger.lastAckMs,
    onFault: ({ name, beginMs, healedMs }) =>
      tell(`${(beginMs / 1000).toFixed(1)} s: ${name}, for ${(healedMs - beginMs).toFixed(0)} ms`),
  });
  clearTimeout(deleting);
  ending.abort();
  await Promise.all(recording);
  await followUps.end();
  for (const client of clients) await finishAll(client);
  return { ...played, failures: followUps.failures };
}

/** As a browser does that starts anew: what an earlier life has left open is over. */
async function finishAll(client: ChaosClient): Promise<void> {
  for (const { sessionId, finished } of (await client.state()).sessions) {
    if (!finished) await client.finish(sessionId);
  }
}

async function judge(evidence: Evidence): Promise<string[]> {
  const findings = [...evidence.ledger.wrongs];
  for (const check of [checkChunks, checkDeleted, checkAnalyses, checkBlobs, checkServices]) {
    findings.push(...(await check(evidence).catch((error: unknown) => [`a check failed: ${String(error)}`])));
  }
  return findings;
}

/** Copies what would go with the servers: the database's files and the blobs. */
async function keep({ folder, postgres, blobFolder, disk }: ChaosSystem): Promise<void> {
  await postgres.server.kill("SIGINT");
  cpSync(postgres.dataFolder, join(folder, "postgres"), { recursive: true });
  if ("view" in disk) cpSync(blobFolder, join(folder, "kept-blobs"), { recursive: true });
}
