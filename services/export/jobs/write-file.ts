import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import { sealFile } from "../files/sealed-file.ts";
import { exportBytes, type ExportOrder } from "../writers/export-bytes.ts";
import type { AttemptMeter } from "./attempt-meter.ts";

/** A file to be written. */
export interface FileOrder {
  readonly key: Uint8Array;
  readonly exportId: string;
  readonly order: ExportOrder & { readonly meter: AttemptMeter };
}

/** Writes an export's sealed file; returns the export's size in bytes. Leaves no blob behind when it throws. */
export async function writeFile(blobs: BlobStore, name: string, { key, exportId, order }: FileOrder): Promise<number> {
  let size = 0;
  async function* counted() {
    for await (const bytes of exportBytes(order)) {
      order.signal.throwIfAborted();
      size += bytes.length;
      await order.meter.tell();
      yield bytes;
    }
  }
  const writer = await blobs.create(name);
  try {
    for await (const sealed of sealFile(key, exportId, counted())) await writer.write(sealed);
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return size;
}
