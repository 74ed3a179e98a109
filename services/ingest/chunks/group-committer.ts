import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import type { Database } from "@gigtrail/platform/db/database";
import { newId } from "@gigtrail/platform/ids";
import { makePack, type Pack, packName } from "../blocks/pack.ts";
import type { IngestSchema } from "../db/schema.ts";
import { GATHER_FROM_CHUNKS, MAX_GATHER_MS, MAX_GROUP_CHUNKS, MAX_PACK_BYTES } from "../limits.ts";
import type { ChunkOutcome, SealedChunk } from "./chunk.ts";
import { type CommitResult, commitChunks, type PackCommit } from "./commit-chunks.ts";
import { forStorage, isPackTaken } from "./storage-errors.ts";

/** Packs tried for a group; one that the orphan sweep has taken is not used. */
const MAX_PACKS = 3;

interface Waiting {
  readonly chunk: SealedChunk;
  resolve(outcome: ChunkOutcome): void;
  reject(error: unknown): void;
}

/** A group whose pack is on disk. */
interface Written {
  readonly group: readonly Waiting[];
  readonly pack: Pack;
}

/** What the committer stands on. */
export interface CommitterOptions {
  readonly db: Database<IngestSchema>;
  readonly blobs: BlobStore;
}

/**
 * Lets chunks that arrive together share a pack and a transaction, and so their fsyncs: while one group is written and
 * committed, the next gathers. With many in hand it waits a moment for those that are being prepared: with 32
 * uploaders that gave larger groups and 10 to 20 % more chunks a second, with 8 fewer, so few do not wait.
 * (Writing one group while another commits made groups smaller and was no faster.) A group whose transaction fails is tried chunk by chunk: one's trouble is not another's.
 */
export class GroupCommitter {
  readonly #waiting: Waiting[] = [];
  #running = false;
  /** Chunks that are being prepared. */
  #coming = 0;
  /** Looks again whether a group that gathers is to go. */
  #look: () => void = () => undefined;

  constructor(private readonly options: CommitterOptions) {}

  /**
   * Takes a chunk that is being prepared. Resolves when it is durable; rejects with what its preparation rejects with, with
   * its refusal, or with what went wrong.
   */
  async commit(sealing: Promise<SealedChunk>): Promise<ChunkOutcome> {
    this.#coming += 1;
    const joining = sealing.then(
      (chunk) => this.#join(chunk),
      (error: unknown) => {
        this.#coming -= 1;
        this.#look();
        throw error;
      },
    );
    return forStorage(() => joining);
  }

  #join(chunk: SealedChunk): Promise<ChunkOutcome> {
    return new Promise((resolve, reject) => {
      this.#coming -= 1;
      this.#waiting.push({ chunk, resolve, reject });
      this.#look();
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      await this.#gather();
      const written = await this.#write(takeGroup(this.#waiting));
      if (written !== undefined) await this.#commitGroup(written);
    }
    this.#running = false;
  }

  /** Waits until most of what is in hand is prepared, or MAX_GATHER_MS. */
  async #gather(): Promise<void> {
    const isReady = () => {
      const { length } = this.#waiting;
      const isQuiet = length + this.#coming < GATHER_FROM_CHUNKS;
      return isQuiet || length >= MAX_GROUP_CHUNKS || length >= 2 * this.#coming;
    };
    if (isReady()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, MAX_GATHER_MS);
    this.#look = () => {
      if (isReady()) resolve();
    };
    await promise;
    clearTimeout(timer);
    this.#look = () => undefined;
  }

  /** Writes a group's pack; undefined when that failed, which each of them has been told. */
  async #write(group: readonly Waiting[]): Promise<Written | undefined> {
    try {
      const pack = makePack(
        newId(),
        group.map(({ chunk }) => chunk.bytes),
      );
      await this.options.blobs.put(packName(pack.packId), pack.bytes);
      return { group, pack };
    } catch (error) {
      for (const waiting of group) waiting.reject(error);
      return undefined;
    }
  }

  async #commitGroup({ group, pack }: Written, attempt = 1): Promise<void> {
    try {
      const { results, packNeeded } = await this.#transaction(group, pack);
      // What cannot be removed now is an orphan, and the sweep's.
      if (!packNeeded) await this.options.blobs.delete(packName(pack.packId)).catch(() => undefined);
      for (const [index, waiting] of group.entries()) settle(waiting, results[index]);
    } catch (error) {
      // The transaction may have been committed all the same: the pack is left to the orphan sweep, and chunks that
      // are tried again find their own blocks stored.
      if (isPackTaken(error) && attempt < MAX_PACKS) await this.#tryAgain(group, attempt + 1);
      else if (group.length > 1) for (const waiting of group) await this.#tryAgain([waiting], attempt);
      else for (const waiting of group) waiting.reject(error);
    }
  }

  async #tryAgain(group: readonly Waiting[], attempt: number): Promise<void> {
    const written = await this.#write(group);
    if (written !== undefined) await this.#commitGroup(written, attempt);
  }

  async #transaction(group: readonly Waiting[], pack: Pack): Promise<PackCommit> {
    const chunks = group.map(({ chunk }) => chunk);
    const workspaces = [...new Set(chunks.map(({ block }) => block.workspaceId))];
    let inserting: Promise<void> | undefined;
    try {
      return await this.options.db.inWorkspace(workspaces, async (tx) => {
        const commit = await commitChunks(tx, chunks, pack);
        ({ inserting } = commit);
        return commit;
      });
    } catch (error) {
      // What was wrong with the rows says more than that their transaction was aborted.
      await inserting;
      throw error;
    }
  }
}

/** Takes the first of those who wait, and as many more as fit into a pack. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  const tooMany = waiting.findIndex(({ chunk }, index) => {
    bytes += chunk.bytes.length;
    return index === MAX_GROUP_CHUNKS || (index > 0 && bytes > MAX_PACK_BYTES);
  });
  return waiting.splice(0, tooMany === -1 ? waiting.length : tooMany);
}

function settle(waiting: Waiting, result: CommitResult | undefined): void {
  if (result === undefined) waiting.reject(new Error("a chunk has no outcome"));
  else if ("refused" in result) waiting.reject(result.refused);
  else waiting.resolve(result);
}
