import type { ServiceImpl } from "@connectrpc/connect";
import { BlobNotFoundError } from "@gigtrail/platform/blob/blob-store";
import { refusal } from "@gigtrail/platform/errors";
import { assertTokenStillGood } from "@gigtrail/platform/rpc/caller";
import type { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import type { ExportContext } from "../context.ts";
import { findExport } from "../db/queries/find-export.ts";
import { type Owner, ownerOf } from "../exports/owner.ts";
import { openFile, type Range, type ReadStored } from "../files/sealed-file.ts";
import { KEY_CHECK_MS } from "../limits.ts";

type Rpc = ServiceImpl<typeof ExportService>["readExportFile"];

/** A finished export with its key. */
interface ReadableFile {
  readonly exportId: string;
  readonly blobName: string;
  readonly sizeBytes: number;
  readonly key: Uint8Array;
}

/** Gives out a range of a finished export's file. While it does, it asks every `keyCheckMs` whether it still may. */
export function readExportFile(service: ExportContext, keyCheckMs = KEY_CHECK_MS): Rpc {
  return async function* ({ exportId, offset, limit }, context) {
    const owner = ownerOf(context);
    const file = await findFile(service, owner, exportId);
    let checkedMs = Date.now();
    const range = rangeOf(file, offset, limit);
    for await (const data of openFile(file.key, file.exportId, file.sizeBytes, range, readStored(service, file))) {
      if (context.signal.aborted) return;
      assertTokenStillGood(context);
      if (Date.now() - checkedMs >= keyCheckMs) {
        await findFile(service, owner, exportId);
        checkedMs = Date.now();
      }
      yield { data };
    }
  };
}

async function findFile({ db, keys }: ExportContext, owner: Owner, id: string): Promise<ReadableFile> {
  const { workspaceId } = owner;
  const { row, key } = await db.inWorkspace(workspaceId, async (tx) => {
    const found = await findExport(tx, owner, id);
    return { row: found, key: await keys.find(tx, workspaceId, found.export_id) };
  });
  const { export_id: exportId, blob_name: blobName, size_bytes: sizeBytes } = row;
  if (row.state === "failed") {
    throw refusal("export_not_ready", { message: "The export failed; its error_reason says why. Ask for another." });
  }
  if (row.state !== "done" || blobName === null || key === undefined) throw refusal("export_not_ready");
  return { exportId, blobName, sizeBytes, key };
}

function rangeOf({ sizeBytes }: ReadableFile, offset: bigint, limit: bigint): Range {
  if (offset > 0n && offset >= sizeBytes) throw refusal("range_not_satisfiable");
  const start = Number(offset);
  const rest = sizeBytes - start;
  return { offset: start, end: start + (limit === 0n || limit > rest ? rest : Number(limit)) };
}

/** A file that was removed after its row was read is no more there than its export. */
function readStored({ blobs }: ExportContext, { blobName }: ReadableFile): ReadStored {
  return async (offset, length) => {
    try {
      return await blobs.get(blobName, offset, length);
    } catch (error) {
      if (error instanceof BlobNotFoundError) throw refusal("export_not_found", { cause: error });
      throw error;
    }
  };
}
