import { chunkEvents } from "@gigtrail/recorder/core/chunk-events";
import { UploadError } from "@gigtrail/recorder/core/upload-error";
import { uploadSession } from "@gigtrail/recorder/core/upload-session";
import { type EventBatch, type Ledger, type SessionEntry } from "./ledger.ts";
import { ledgerPort } from "./ledger-port.ts";
import { HURRIED, untilDone } from "./retry.ts";

/** Attempts of one call before the upload as a whole is begun again. */
const MAX_ATTEMPTS = 50;
/** Events of a late chunk at most. */
const MAX_EVENTS = 10;
/** How often a session is asked for that is not complete yet, in milliseconds. */
const POLL_MS = 500;

/** Once a session is complete, brings more chunks of one of its tabs: it is reopened and analysed once more. */
export async function sendLate(
  ledger: Ledger,
  entry: SessionEntry,
  events: readonly Readonly<Record<string, unknown>>[],
  stop: AbortSignal,
): Promise<void> {
  const { sessionId } = entry;
  const port = ledgerPort(entry.account, ledger);
  const [tab] = entry.tabs.values();
  if (tab === undefined || !(await completed(ledger, entry, stop))) return;
  const batch: EventBatch = { fromMs: tab.nextMs, count: events.length, fate: "asked" };
  tab.nextMs += events.length;
  tab.batches.push(batch);
  const timed = events.map((event, index) => ({ ...event, timestamp: batch.fromMs + index }));
  const firstSeq = Math.max(-1, ...tab.chunks.keys()) + 1;
  const chunks = await Array.fromAsync(chunkEvents(timed, { firstSeq, maxEvents: MAX_EVENTS }));
  ledger.lateChunks += chunks.length;
  await unlessDeleted(entry, () =>
    untilDone(
      () =>
        uploadSession(
          port,
          { sessionId, displayName: "late", tabs: [{ tabId: tab.tabId, chunks }] },
          { retry: { ...HURRIED, maxAttempts: MAX_ATTEMPTS } },
        ),
      stop,
      (error) => isGone(entry, error),
    ),
  );
  batch.fate = entry.fate === "kept" ? "kept" : "unknown";
}

/** Sends an acknowledged chunk once more, as a client does that never heard the answer: it must be a duplicate. */
export async function sendAgain(ledger: Ledger, entry: SessionEntry, stop: AbortSignal): Promise<void> {
  const port = ledgerPort(entry.account, ledger);
  for (const { tabId, chunks } of entry.tabs.values()) {
    const known = [...chunks.values()].find(({ acknowledged }) => acknowledged);
    if (known === undefined) continue;
    const put = () => port.putChunk(entry.sessionId, tabId, known.chunk);
    const answer = await unlessDeleted(entry, () => untilDone(put, stop, (error) => isGone(entry, error)));
    if (answer?.duplicate === false)
      ledger.wrongs.push(`chunk ${known.chunk.seq} of ${tabId} was acknowledged, and new when it came again`);
  }
}

/** Waits until a session is complete; false when it is deleted before. */
async function completed(ledger: Ledger, entry: SessionEntry, stop: AbortSignal): Promise<boolean> {
  const port = ledgerPort(entry.account, ledger);
  while (!stop.aborted) {
    const state = await unlessDeleted(entry, () =>
      untilDone(
        () => port.getUploadState(entry.sessionId),
        stop,
        (error) => isGone(entry, error),
      ),
    );
    if (state === undefined) return false;
    if (state.complete) return true;
    await Bun.sleep(POLL_MS);
  }
  throw new Error(`session ${entry.sessionId} is not complete`);
}

/** What a call gives; undefined when the session is gone, as somebody has asked. */
async function unlessDeleted<T>(entry: SessionEntry, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (entry.fate !== "kept" && isGone(entry, error)) return undefined;
    throw error;
  }
}

/** The session is deleted; one that is not known may still be waiting in its client's outbox. */
function isGone({ madeMs }: SessionEntry, error: unknown): boolean {
  if (!(error instanceof UploadError)) return false;
  return error.reason === "session_deleted" || (error.reason === "session_not_found" && madeMs !== undefined);
}
