import { Client } from "pg";
import type { Random } from "../random/random.ts";
import type { FaultKind, Victims } from "./fault.ts";
import { wellOne } from "./kill-processes.ts";
import { OneAtATime } from "./one-at-a-time.ts";

/** How long a freeze waits for somebody to begin a job, in milliseconds, and how often it looks. */
const JOB_PATIENCE_MS = 3_000;
const POLL_MS = 3;
/** A job that is not over after this is in the hand of the one that was frozen, in milliseconds: most take a fifth. */
const PROOF_MS = 1_000;
/** Moments that are tried before any will do. */
const MAX_TRIES = 5;

/** The services whose jobs have leases and which run twice. */
type Frozen = "ingest" | "analysis";

/** A job in somebody's hand. */
interface JobInHand {
  readonly job_id: string;
  readonly fence: string | number;
}

/**
 * Stops a process of ingest or analysis (SIGSTOP) in the middle of a job, where one can be caught, and lets it go on
 * after its lease is over: it must not write what another has done meanwhile. Of two, one at most is frozen.
 */
export function freezeProcess(): FaultKind["inflict"] {
  const turns = { ingest: new OneAtATime(), analysis: new OneAtATime() };
  let name: keyof typeof turns = "analysis";
  return (victims, random) => {
    // In turn: a freeze takes so long that all of one service would outlast the run.
    name = name === "ingest" ? "analysis" : "ingest";
    const service = name;
    return turns[service].run(() => freezeInJob(service, victims, random));
  };
}

async function freezeInJob(name: Frozen, { system, freezeMs }: Victims, random: Random): Promise<boolean> {
  const client = () => new Client({ connectionString: system.databaseUrl });
  for (let tries = 1; ; tries += 1) {
    const job = await jobInHand(client(), name);
    const victim = await wellOne(system.processes[name], (each) => random.shuffled(each));
    if (victim === undefined) return false;
    const release = victim.freeze();
    await Bun.sleep(PROOF_MS);
    const isCaught = job !== undefined && (await isRunning(client(), name, job));
    if (isCaught || tries === MAX_TRIES) await Bun.sleep(freezeMs - PROOF_MS);
    release();
    if (isCaught || tries === MAX_TRIES) return true;
  }
}

/** The first job that is running, as soon as there is one; undefined when none is begun in time. */
function jobInHand(client: Client, schema: Frozen): Promise<JobInHand | undefined> {
  const deadline = Date.now() + JOB_PATIENCE_MS;
  const text = `select job_id, fence from ${schema}.jobs where state = 'running' and lease_until > now() limit 1`;
  return whileConnected(client, async () => {
    while (Date.now() < deadline) {
      const [job] = (await client.query<JobInHand>(text)).rows;
      if (job !== undefined) return job;
      await Bun.sleep(POLL_MS);
    }
    return undefined;
  });
}

async function isRunning(client: Client, schema: Frozen, { job_id, fence }: JobInHand) {
  const text = `select 1 from ${schema}.jobs where state = 'running' and job_id = $1 and fence = $2`;
  const found = await whileConnected(client, async () => (await client.query(text, [job_id, fence])).rows.length);
  return found === 1;
}

/** Asks the database; undefined when it is being killed at this moment. */
async function whileConnected<T>(client: Client, ask: () => Promise<T>): Promise<T | undefined> {
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await ask();
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}
