import { open, seal } from "@gigtrail/platform/crypto/aead";
import type { MasterKey } from "@gigtrail/platform/crypto/master-key";
import type { ExportTx } from "../db/schema.ts";

/**
 * Keeps the keys of files, wrapped with this service's, which derives from the master key. A key is stored by the
 * transaction that finishes the export, and without it nobody can read the file: removing it is the deletion.
 */
export class FileKeys {
  readonly #serviceKey: Uint8Array;

  constructor(masterKey: MasterKey) {
    this.#serviceKey = masterKey.derive("export/files");
  }

  /** Stores the key of a finished export's file. */
  async store(tx: ExportTx, workspaceId: string, exportId: string, key: Uint8Array): Promise<void> {
    const wrapped = seal(this.#serviceKey, key, contextOf(workspaceId, exportId));
    await tx
      .insertInto("export_keys")
      .values({ workspace_id: workspaceId, export_id: exportId, wrapped_key: wrapped })
      .execute();
  }

  /** The key of an export's file; undefined when there is none (any more). */
  async find(tx: ExportTx, workspaceId: string, exportId: string): Promise<Uint8Array | undefined> {
    const row = await tx
      .selectFrom("export_keys")
      .select("wrapped_key")
      .where("workspace_id", "=", workspaceId)
      .where("export_id", "=", exportId)
      .executeTakeFirst();
    return row && open(this.#serviceKey, row.wrapped_key, contextOf(workspaceId, exportId));
  }
}

function contextOf(workspaceId: string, exportId: string): string {
  return `gigtrail export key 1 ${workspaceId} ${exportId}`;
}
