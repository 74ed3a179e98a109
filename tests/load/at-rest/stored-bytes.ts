import type { Gigtrail } from "../sides/gigtrail.ts";
import { ingestClient } from "../sides/read-tab.ts";

const POLL_MS = 250;
/** It has shrunk as far as it will when it has stayed the same for so long, in milliseconds. */
const SETTLED_MS = 5_000;

/** Bytes at rest of some sessions, as Gigtrail counts them. */
export async function storedBytes(gigtrail: Gigtrail, sessionIds: readonly string[]): Promise<number> {
  const { client, headers } = await ingestClient(gigtrail);
  const answers = await Promise.all(sessionIds.map((sessionId) => client.getSession({ sessionId }, { headers })));
  return answers.reduce((sum, { session }) => sum + Number(session?.storedBytes ?? 0), 0);
}

/** As storedBytes, once they are merged: when it no longer shrinks, and at the latest after `patienceMs`. */
export async function storedBytesAtLast(
  gigtrail: Gigtrail,
  sessionIds: readonly string[],
  patienceMs: number,
): Promise<number> {
  const deadline = performance.now() + patienceMs;
  let least = await storedBytes(gigtrail, sessionIds);
  for (let since = performance.now(); performance.now() < Math.min(deadline, since + SETTLED_MS);) {
    await Bun.sleep(POLL_MS);
    const now = await storedBytes(gigtrail, sessionIds);
    if (now < least) since = performance.now();
    least = Math.min(least, now);
  }
  return least;
}
