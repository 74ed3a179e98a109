import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import { Database } from "@gigtrail/platform/db/database";
import { openPool } from "@gigtrail/platform/db/postgres";
import { createLog } from "@gigtrail/platform/log";
import type { IngestSchema } from "../../db/schema.ts";
import { altered } from "./altered-blobs.ts";
import type { TestDatabase } from "./test-database.ts";

/** Counts the steps that storage is asked for, and fails one of them: before it is done, or after, unanswered. */
export class Faults {
  #step = 0;
  #failAt = Infinity;
  #when: "before" | "after" = "before";

  /** The step with this number, from 0, fails. */
  plan(failAt: number, when: "before" | "after"): void {
    this.#step = 0;
    this.#failAt = failAt;
    this.#when = when;
  }

  /** Whether the step that was to fail has come. */
  get happened(): boolean {
    return this.#step > this.#failAt;
  }

  async run<T>(step: () => Promise<T>): Promise<T> {
    const fails = this.#step === this.#failAt;
    this.#step += 1;
    if (fails && this.#when === "before") throw new Error("failed as planned");
    const result = await step();
    if (fails) throw new Error("failed as planned");
    return result;
  }
}

/** A database each of whose transactions is a step. */
export class FailingDatabase extends Database<IngestSchema> {
  constructor(
    { surroundings }: TestDatabase,
    private readonly faults: Faults,
  ) {
    super(openPool(surroundings.address, createLog("test", "silent"), 2), "ingest");
  }

  override inWorkspace<T>(...args: Parameters<Database<IngestSchema>["inWorkspace"]>): Promise<T> {
    return this.faults.run(() => super.inWorkspace<T>(...(args as [string, () => Promise<T>])));
  }
}

/** A blob store whose reads, writes and removals are steps. */
export function failingBlobs(blobs: BlobStore, faults: Faults): BlobStore {
  return altered(blobs, {
    put: (name, bytes) => faults.run(() => blobs.put(name, bytes)),
    get: (name, offset, length) => faults.run(() => blobs.get(name, offset, length)),
    delete: (name) => faults.run(() => blobs.delete(name)),
  });
}
