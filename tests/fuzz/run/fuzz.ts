import { attacks } from "../attacks/attacks.ts";
import { playAttacks } from "../attacks/play-attacks.ts";
import { signUpPeople } from "../target/people.ts";
import { prepareSessions } from "../target/prepare.ts";
import { startTarget } from "../target/start-target.ts";
import { playBatches } from "./batches.ts";
import { memoryUse, mib, settledBytes } from "./memory.ts";
import { Player } from "./player.ts";
import { stallComplaints } from "./stalls.ts";
import { Witness } from "./witness.ts";

/** How long an honest uploader waits between two chunks, in milliseconds. */
const WITNESS_PAUSE_MS = 200;

/** What a run is to do. */
export interface FuzzOptions {
  /** Random requests after warming up. */
  readonly cases: number;
  /** Random requests before memory is looked at for the first time. */
  readonly warmUpCases: number;
  readonly seed: number;
  /** Also sends what takes the server seconds and hundreds of megabytes. */
  readonly heavy: boolean;
}

/** What a run came to. */
export interface FuzzResult {
  /** What is wrong; empty when nothing is. */
  readonly complaints: readonly string[];
  /** How many requests were answered how. */
  readonly answers: ReadonlyMap<string, number>;
  readonly acknowledged: number;
  /** Memory after warming up, and what came of it; for people. */
  readonly memory: string;
}

/** Starts a whole Gigtrail in a process of its own, sends it what no client should, and looks what is left of it. */
export async function fuzz({ cases, warmUpCases, seed, heavy }: FuzzOptions): Promise<FuzzResult> {
  const target = await startTarget();
  try {
    const people = await signUpPeople(target.url);
    await prepareSessions(people);
    const player = new Player(target, people);
    const witness = await Witness.begin(people.witness);
    const complaints = await playBatches(player, warmUpCases, seed - 1);
    const before = await settledBytes(target);
    const uploading = new AbortController();
    const [failed, stalled] = await Promise.all([
      playBatches(player, cases, seed).finally(() => uploading.abort()),
      stallComplaints(target.url, people),
      uploadUntil(witness, uploading.signal),
    ]);
    complaints.push(...failed, ...stalled);
    complaints.push(...(await playAttacks(player, attacks(heavy))));
    const use = await memoryUse(target, before);
    complaints.push(...use.complaints);
    complaints.push(...(await witness.complaints()), ...(await player.ledger.complaints(people.uploader)));
    complaints.push(...(await healthComplaints(target.url)));
    if (target.output().includes('"level":"error"'))
      complaints.push(`it logged errors: ${target.output().slice(-3_000)}`);
    return {
      complaints,
      answers: player.answers,
      acknowledged: player.ledger.size,
      memory: `${mib(before)} after warming up, ${mib(use.afterBytes)} at the end`,
    };
  } finally {
    await target.stop();
  }
}

async function uploadUntil(witness: Witness, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await witness.upload();
    await Bun.sleep(WITNESS_PAUSE_MS);
  }
}

async function healthComplaints(url: string): Promise<string[]> {
  const answers = await Promise.all(["live", "ready"].map((name) => fetch(`${url}/healthz/${name}`)));
  return answers.filter(({ ok }) => !ok).map(({ status, url: at }) => `${at} answers ${status}`);
}
