import { cutConnection } from "./connections.ts";
import type { FaultKind } from "./fault.ts";
import { freezeProcess } from "./freeze-process.ts";
import { killClient, killProcess } from "./kill-processes.ts";
import { serverFaults } from "./servers.ts";

/** Names of the faults. */
export const FAULT_NAMES = [
  "kill_ingest",
  "kill_analysis",
  "kill_gateway",
  "kill_postgres",
  "kill_nats",
  "empty_jetstream",
  "kill_client",
  "cut_upload",
  "cut_rpc",
  "cut_database",
  "delay_commits",
  "fill_disk",
  "freeze",
] as const;

/** One of FAULT_NAMES. */
export type FaultName = (typeof FAULT_NAMES)[number];

/** All kinds of faults. */
export function faultKinds(): Readonly<Record<FaultName, FaultKind>> {
  const servers = serverFaults();
  return {
    kill_ingest: { weight: 1, inflict: killProcess("ingest") },
    kill_analysis: { weight: 1, inflict: killProcess("analysis") },
    kill_gateway: { weight: 1, inflict: killProcess("gateway") },
    kill_postgres: { weight: 1, inflict: servers.killPostgres },
    kill_nats: { weight: 1, inflict: servers.killNats },
    empty_jetstream: { weight: 1, inflict: servers.emptyJetStream },
    kill_client: { weight: 3, inflict: killClient },
    cut_upload: { weight: 4, inflict: cutConnection((system) => system.clientProxy) },
    cut_rpc: { weight: 2, inflict: cutConnection((system) => system.ingestProxy) },
    cut_database: { weight: 2, inflict: cutConnection((system) => system.databaseProxy) },
    delay_commits: { weight: 1, inflict: servers.delayCommits },
    fill_disk: { weight: 1, inflict: servers.fillDisk },
    freeze: { weight: 1, inflict: freezeProcess() },
  };
}
