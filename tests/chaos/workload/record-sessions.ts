import type { Random } from "../random/random.ts";
import type { ChaosClient, OpenSession } from "./chaos-client.ts";
import type { EventSource } from "./event-source.ts";
import { deleteOne } from "./deletions.ts";
import type { FollowUps } from "./follow-ups.ts";
import { sendAgain, sendLate } from "./late-chunks.ts";
import type { Ledger } from "./ledger.ts";

/** Sessions that a client records at the same time. */
const OPEN_SESSIONS = 2;
/** Tabs of a session at most. */
const MAX_TABS = 3;
/** How many batches of events a session gets. */
const BATCHES = { least: 10, most: 40 };
/** Pause between two batches of a client, in milliseconds. */
const PAUSE_MS = { least: 80, most: 350 };
/** How long to wait before a closing event that the outbox had no room for is given again, in milliseconds. */
const CLOSING_RETRY_MS = 200;

/** What becomes of a session, as probabilities. */
const DELETED_WHILE_OPEN = 0.05;
const DELETED_AFTERWARDS = 0.15;
const LATE_CHUNKS = 0.3;
/** A finished session that is deleted is so within this, in milliseconds: before, while and after it is analysed. */
const DELETED_WITHIN_MS = 6_000;
const SENT_AGAIN = 0.3;

/** Who records, and what with. */
export interface Desk {
  readonly client: ChaosClient;
  readonly source: EventSource;
  readonly random: Random;
  readonly ledger: Ledger;
  /** What goes on with sessions beside the recording. */
  readonly followUps: FollowUps;
}

interface Recording extends OpenSession {
  batchesLeft: number;
}

/** Records sessions as a person does who has several tabs open, until told to stop; then finishes what is open. */
export async function recordSessions(desk: Desk, until: AbortSignal): Promise<void> {
  const { client, random } = desk;
  const open: Recording[] = [];
  while (!until.aborted) {
    await client.alive();
    if (open.length < OPEN_SESSIONS) await begin(desk, open);
    else await goOn(desk, open, random.pick(open));
    await Bun.sleep(random.between(PAUSE_MS.least, PAUSE_MS.most));
  }
  for (const session of open) await close(desk, session);
}

async function begin({ client, random, source, ledger }: Desk, open: Recording[]): Promise<void> {
  const session = await client.start("recorded in a storm", random.between(1, MAX_TABS));
  if (session === undefined || session.tabs.length === 0) return;
  for (const tab of session.tabs) client.append(session.entry, tab, source.opening(random));
  ledger.openedSessions += 1;
  open.push({ ...session, batchesLeft: random.between(BATCHES.least, BATCHES.most) });
}

async function goOn(desk: Desk, open: Recording[], session: Recording): Promise<void> {
  const { client, random, source, ledger, followUps } = desk;
  const { entry } = session;
  if (session.batchesLeft <= 0 || entry.fate !== "kept") {
    open.splice(open.indexOf(session), 1);
    return close(desk, session);
  }
  session.batchesLeft -= 1;
  const tab = random.pick(session.tabs);
  const isWanted = client.snapshotWanted.delete(tab.tabId);
  client.append(entry, tab, isWanted ? source.snapshot(random) : source.batch(random, ledger.secrets));
  if (random.chance(DELETED_WHILE_OPEN / BATCHES.most)) followUps.add((stop) => deleteOne(ledger, entry, stop, 0));
}

/** Finishes a session; what else happens to it goes on beside. */
async function close(desk: Desk, session: Recording): Promise<void> {
  const { client, random, ledger, followUps } = desk;
  const { entry } = session;
  const isLate = random.chance(LATE_CHUNKS);
  const isDeleted = random.chance(DELETED_AFTERWARDS);
  const deletedAfterMs = random.between(0, DELETED_WITHIN_MS);
  const isSentAgain = random.chance(SENT_AGAIN);
  const events = desk.source.batch(random, ledger.secrets);
  if (!(await finish(client, session))) return;
  if (isLate) followUps.add((stop) => sendLate(ledger, entry, events, stop));
  if (isSentAgain) followUps.add((stop) => sendAgain(ledger, entry, stop));
  if (isDeleted) followUps.add((stop) => deleteOne(ledger, entry, stop, deletedAfterMs));
}

/** False: somebody has deleted it. Each tab ends with an event that is kept, so that what was dropped is reported. */
async function finish(client: ChaosClient, { entry, tabs }: Recording): Promise<boolean> {
  for (;;) {
    await client.alive();
    if (entry.fate !== "kept") return false;
    const closing = tabs.map((tab) => client.append(entry, tab, [{ type: 5, data: { tag: "end", payload: {} } }]));
    if (!(await client.settled())) continue;
    if (closing.every((batch) => batch.fate === "kept")) {
      if (await client.finish(entry.sessionId)) return true;
      // The client was killed: whether it has finished it shows when it is finished once more.
      await client.alive();
      if (await client.finish(entry.sessionId)) return true;
    }
    await Bun.sleep(CLOSING_RETRY_MS);
  }
}
