import { newId } from "@gigtrail/platform/ids";
import { makePack, packName } from "../blocks/pack.ts";
import type { SessionName } from "../chunks/open-sessions.ts";
import type { IngestContext } from "../context.ts";
import { MAX_PACK_BYTES } from "../limits.ts";
import { MAX_SWITCHED_BLOCKS } from "./limits.ts";
import { type MergedBlock, switchBlocks } from "./switch-blocks.ts";

type Needs = Pick<IngestContext, "db" | "blobs" | "wake">;

/** What was merged is no longer what is stored: another compactor was faster, or the session is gone. */
export class BlocksChangedError extends Error {
  override readonly name = "BlocksChangedError";
}

/** Gathers the merged blocks of a session into packs, and has each pack's blocks take the place of the old ones. */
export class PackOutput {
  #blocks: MergedBlock[] = [];
  #bytes = 0;

  constructor(
    private readonly needs: Needs,
    private readonly session: SessionName,
  ) {}

  /** Adds a block; writes a pack when there is enough for one. Throws BlocksChangedError. */
  async add(block: MergedBlock): Promise<void> {
    if (this.#bytes + block.bytes.length > MAX_PACK_BYTES) await this.flush();
    this.#blocks.push(block);
    this.#bytes += block.bytes.length;
    if (this.#blocks.length === MAX_SWITCHED_BLOCKS) await this.flush();
  }

  /** Writes what is in hand. Throws BlocksChangedError. */
  async flush(): Promise<void> {
    const { db, blobs, wake } = this.needs;
    const blocks = this.#blocks;
    if (blocks.length === 0) return;
    this.#blocks = [];
    this.#bytes = 0;
    const pack = makePack(
      newId(),
      blocks.map(({ bytes }) => bytes),
    );
    await blobs.put(packName(pack.packId), pack.bytes);
    // When this throws, it may have been committed all the same: the pack is then left to the orphan sweep.
    const switched = await db.inWorkspace(this.session.workspaceId, (tx) =>
      switchBlocks(tx, this.session, blocks, pack),
    );
    if (!switched) {
      // What cannot be removed now is an orphan, and the sweep's.
      await blobs.delete(packName(pack.packId)).catch(() => undefined);
      throw new BlocksChangedError("the session's blocks are others by now");
    }
    wake.sweep();
  }
}
