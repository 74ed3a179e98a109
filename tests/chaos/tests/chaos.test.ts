import { expect, test } from "bun:test";
import { requirement } from "@gigtrail/test-servers/requirement";
import type { FaultName } from "../faults/fault-kinds.ts";
import { reportLines } from "../run/chaos-report.ts";
import { runChaos } from "../run/run-chaos.ts";

const needs = requirement.all(requirement("own nats-server"), requirement("own postgresql"));

/** How long the run may take on a busy machine, in milliseconds. */
const TIMEOUT_MS = 180_000;

/**
 * Each kind, those of the broker first: a completion that it forgets is asked for by analysis when it starts and otherwise
 * every minute, for which nobody should wait here.
 */
const PLAN: readonly FaultName[] = [
  "kill_nats",
  "empty_jetstream",
  "cut_upload",
  "kill_client",
  "cut_rpc",
  "kill_analysis",
  "kill_analysis",
  "kill_ingest",
  "cut_database",
  "fill_disk",
  "kill_gateway",
  "delay_commits",
  "kill_postgres",
  "cut_upload",
  "freeze",
  "kill_client",
];

test.skipIf(needs.skip)(
  needs.title("nothing acknowledged is lost, doubled or left behind in a short storm of faults"),
  async () => {
    const report = await runChaos({
      seed: "1",
      plan: PLAN,
      overMs: 13_000,
      // Shorter than a lease: what follows from losing one takes longer than a test may.
      freezeMs: 2_000,
      settleMs: 90_000,
      tell: () => undefined,
    });
    const told = reportLines(report).join("\n");
    expect(report.findings, told).toEqual([]);
    expect(report.inflicted.length, told).toBeGreaterThanOrEqual(PLAN.length - 3);
    expect(report.ledger.answeredChunks).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);
