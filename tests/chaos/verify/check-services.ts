import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { recordSession } from "@gigtrail/e2e/support/sessions";
import type { Check } from "./evidence.ts";

/** How long the analysis of a short session may take, in milliseconds. */
const ANALYSIS_MS = 20_000;

/**
 * No process has ended by itself once it was up, all say that they are ready, a new session is taken and analysed, and
 * no log holds a planted secret.
 */
export const checkServices: Check = async ({ system, clients }) => {
  const found: string[] = [];
  for (const each of Object.values(system.processes).flat()) {
    if (each.crashes > 0) found.push(`${each.name} ended by itself ${each.crashes} times; see its log`);
    if (!(await each.isReady())) found.push(`${each.name} is not ready`);
  }
  for (const name of readdirSync(system.folder).filter((file) => file.endsWith(".log"))) {
    if (readFileSync(join(system.folder, name)).includes("s3cr3t")) found.push(`a planted secret is in ${name}`);
  }
  const [client] = clients;
  if (client === undefined) return found;
  const by = await client.account.clients();
  const { sessionId } = await recordSession(by);
  const deadline = Date.now() + ANALYSIS_MS;
  const isDone = async () => {
    const answer = await by.analysis.getAnalysis({ sessionId }).catch(() => undefined);
    return answer?.analysis?.state === AnalysisState.DONE;
  };
  while (!(await isDone())) {
    if (Date.now() > deadline) return [...found, "a new session is not analysed"];
    await Bun.sleep(100);
  }
  return found;
};
