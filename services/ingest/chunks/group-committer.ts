import type { Database } from "@gigtrail/platform/db/database";
import type { IngestSchema } from "../db/schema.ts";
import { MAX_GROUP } from "../limits.ts";
import type { ChunkOutcome, SealedChunk } from "./chunk.ts";
import { type CommitResult, commitChunks } from "./commit-chunks.ts";

interface Waiting {
  readonly chunk: SealedChunk;
  resolve(outcome: ChunkOutcome): void;
  reject(error: unknown): void;
}

/**
 * Lets chunks that arrive together share a transaction, and so its fsync: while one group commits, the next gathers.
 * Nobody waits for a timer. A group that fails is tried chunk by chunk: one's trouble is not another's.
 */
export class GroupCommitter {
  #waiting: Waiting[] = [];
  #committing = false;

  constructor(private readonly db: Database<IngestSchema>) {}

  /** Resolves when the chunk is committed; rejects with its refusal, or with what went wrong. */
  commit(chunk: SealedChunk): Promise<ChunkOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ chunk, resolve, reject });
      if (!this.#committing) void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    this.#committing = true;
    while (this.#waiting.length > 0) await this.#commitGroup(this.#waiting.splice(0, MAX_GROUP));
    this.#committing = false;
  }

  async #commitGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#transaction(group);
      for (const [index, waiting] of group.entries()) settle(waiting, results[index]);
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const waiting of group) await this.#commitGroup([waiting]);
    }
  }

  #transaction(group: readonly Waiting[]): Promise<CommitResult[]> {
    const chunks = group.map(({ chunk }) => chunk);
    const workspaces = [...new Set(chunks.map(({ block }) => block.workspaceId))];
    return this.db.inWorkspace(workspaces, (tx) => commitChunks(tx, chunks));
  }
}

function settle(waiting: Waiting, result: CommitResult | undefined): void {
  if (result === undefined) waiting.reject(new Error("a chunk has no outcome"));
  else if ("refused" in result) waiting.reject(result.refused);
  else waiting.resolve(result);
}
