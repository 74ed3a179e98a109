import { newKey } from "@gigtrail/platform/crypto/aead";
import { newId } from "@gigtrail/platform/ids";
import type { Job, JobHandler } from "@gigtrail/platform/jobs/runner";
import type { ExportContext } from "../context.ts";
import { beginAttempt } from "../db/queries/begin-attempt.ts";
import { doomBlob } from "../db/queries/doom-blob.ts";
import { failExports } from "../db/queries/fail-exports.ts";
import { finishExport } from "../db/queries/finish-export.ts";
import { holdsDeletedSession } from "../db/queries/holds-deleted-session.ts";
import type { ExportSchema, ExportTx, StoredState } from "../db/schema.ts";
import type { ExportRow } from "../exports/export-row.ts";
import { tellViewers } from "../exports/tell-viewers.ts";
import { countSessions, isGone } from "../sources/read-sessions.ts";
import type { Selection } from "../sources/selection.ts";
import { AttemptMeter, TakenAwayError } from "./attempt-meter.ts";
import { writeFile } from "./write-file.ts";

const UNFINISHED: readonly StoredState[] = ["queued", "running"];

type ExportJob = Job<ExportSchema>;

/**
 * Writes an export's file. Every attempt writes a blob of its own under a key of its own; the transaction that ends
 * the job makes them the export's. An attempt that comes to nothing dooms its blob, or the next attempt does.
 */
export function writeExport(context: ExportContext): JobHandler<ExportSchema> {
  return {
    run: (job) => run(context, job),
    async gaveUp({ workspaceId, subjectId }, reason) {
      const rows = await context.db.inWorkspace(workspaceId, (tx) => fail(tx, workspaceId, subjectId, reason));
      for (const row of rows) tellViewers(context.bus, row);
      context.wakeSweep();
    },
  };
}

async function run(context: ExportContext, job: ExportJob): Promise<void> {
  const { workspaceId, subjectId: exportId } = job;
  const blobName = `${workspaceId}/${exportId}/${newId()}`;
  const row = await context.db.inWorkspace(workspaceId, (tx) => beginAttempt(tx, job, blobName));
  if (row === undefined) return job.finish(async () => undefined);
  tellViewers(context.bus, row);
  try {
    await attempt(context, job, row, blobName);
  } catch (error) {
    if (error instanceof TakenAwayError) await job.finish(async () => undefined);
    // Deleting a session while it is read ends an export that holds it, as it ends a finished one.
    else if (isGone(error)) await end(context, job, (tx) => fail(tx, workspaceId, exportId, "session_deleted"));
    else throw error;
  } finally {
    await context.db.asSystem((tx) => doomBlob(tx, blobName, exportId));
    context.wakeSweep();
  }
}

async function attempt(context: ExportContext, job: ExportJob, row: ExportRow, blobName: string): Promise<void> {
  const { workspaceId, subjectId: exportId, signal } = job;
  const selection: Selection = {
    workspaceId,
    userId: row.sees_all ? undefined : row.user_id,
    sessionIds: row.session_ids,
  };
  const total = await countSessions(context.upstream, selection, signal);
  const meter = new AttemptMeter(context, job, total);
  const key = newKey();
  const { dataset, format } = row;
  const order = { upstream: context.upstream, selection, dataset, format, signal, meter };
  const sizeBytes = await writeFile(context.blobs, blobName, { key, exportId, order });
  await end(context, job, async (tx) => {
    if (await holdsDeletedSession(tx, workspaceId, exportId)) {
      return fail(tx, workspaceId, exportId, "session_deleted");
    }
    const done = await finishExport(tx, job, { blobName, sizeBytes, rowCount: meter.rowCount });
    if (done === undefined) return [];
    await context.keys.store(tx, workspaceId, exportId, key);
    return [done];
  });
}

/** Ends the job with its results, and tells of them once they are committed. */
async function end(context: ExportContext, job: ExportJob, write: (tx: ExportTx) => Promise<ExportRow[]>) {
  let rows: ExportRow[] = [];
  await job.finish(async (tx) => {
    rows = await write(tx);
  });
  for (const row of rows) tellViewers(context.bus, row);
}

function fail(tx: ExportTx, workspaceId: string, exportId: string, reason: string): Promise<ExportRow[]> {
  return failExports(tx, { workspaceId, exportIds: [exportId], states: UNFINISHED, reason });
}
