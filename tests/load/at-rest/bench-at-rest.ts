import type { BenchOptions } from "../measure/bench-options.ts";
import { type Figures, MEGABYTE, rounded } from "../measure/figures.ts";
import type { Batch } from "../recordings/batch.ts";
import { loadBatches } from "../recordings/real-recording.ts";
import { startBenchPostgres } from "../sides/bench-postgres.ts";
import { startExpress } from "../sides/express-sides.ts";
import type { Gigtrail } from "../sides/gigtrail.ts";
import { createRawUploader } from "../sides/gigtrail-sides.ts";
import { startAllInOne } from "../sides/start-all-in-one.ts";
import { folderBytes } from "./folder-bytes.ts";
import { storedBytes, storedBytesAtLast } from "./stored-bytes.ts";
import { tableBytes } from "./table-bytes.ts";

/** Sessions: one fills no page of a table and no block of a disk. */
const WHOLE = { sessions: 20, patienceMs: 60_000 };
const QUICK = { sessions: 1, patienceMs: 3_000 };

/**
 * How small a recording lies on disk: the real one in chunks of 100 events, each session the same and by itself, before
 * and after its chunks are merged. Beside it the wire (gzip a chunk) and jsonb.
 */
export async function* benchAtRest({ quick }: BenchOptions): AsyncGenerator<Figures> {
  const { sessions, patienceMs } = quick ? QUICK : WHOLE;
  const batches = await loadBatches();
  const sum = (of: (batch: Batch) => number) => batches.reduce((total, batch) => total + of(batch), 0) * sessions;
  const jsonBytes = sum((batch) => batch.jsonBytes);
  await using stack = new AsyncDisposableStack();
  const postgres = await startBenchPostgres(stack);

  const row = (side: string, bytes: number, more: Figures = {}): Figures => ({
    bench: "at-rest",
    side,
    sessions,
    json_mb: rounded(jsonBytes / MEGABYTE),
    stored_mb: rounded(bytes / MEGABYTE),
    json_bytes_per_byte: rounded(jsonBytes / bytes),
    ...more,
  });

  const gigtrail = await startAllInOne(stack, await postgres.createDatabase());
  const recorded = await Promise.all(Array.from({ length: sessions }, () => record(gigtrail, batches)));
  const ids = recorded.map(({ sessionId }) => sessionId);
  const before = await storedBytes(gigtrail, ids);
  yield row("gigtrail, as it came", before, { on_disk_mb: rounded(folderBytes(gigtrail.blobFolder) / MEGABYTE) });
  for (const { sessionId, tabId } of recorded) {
    await gigtrail.uploadPort.finishSession(sessionId, [{ tabId, lastSeq: batches.length - 1 }]);
  }
  const after = await storedBytesAtLast(gigtrail, ids, patienceMs);
  yield row("gigtrail, merged", after, { on_disk_mb: rounded(folderBytes(gigtrail.blobFolder) / MEGABYTE) });

  yield row(
    "gzip on the wire",
    sum((batch) => batch.body.length),
  );

  const databaseUrl = await postgres.createDatabase();
  const express = await startExpress(stack, "bun", databaseUrl);
  for (let session = 0; session < sessions; session += 1) {
    const uploader = await express.uploader();
    for (const batch of batches) await uploader.send(batch);
  }
  yield row("express, jsonb", await tableBytes(databaseUrl, "chunks"));
}

/** Uploads the recording as a session of one tab. */
async function record(gigtrail: Gigtrail, batches: readonly Batch[]): Promise<{ sessionId: string; tabId: string }> {
  const [sessionId, tabId] = [await gigtrail.newSession(), Bun.randomUUIDv7()];
  const uploader = await createRawUploader(gigtrail, sessionId, tabId);
  for (const batch of batches) await uploader.send(batch);
  return { sessionId, tabId };
}
