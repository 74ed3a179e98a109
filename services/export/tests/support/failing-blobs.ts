import type { BlobStore, BlobWriter } from "@gigtrail/platform/blob/blob-store";

/** What goes wrong with a blob; throw to break it. */
export interface Mishaps {
  /** Before the n-th write of a blob, from 0. */
  beforeWrite?(write: number): Promise<void> | void;
  /** After a blob is durable. */
  afterClose?(): Promise<void> | void;
}

/** A blob store with which things go wrong while a blob is written. */
export function withMishaps(blobs: BlobStore, mishaps: Mishaps): BlobStore {
  return {
    put: (name, bytes) => blobs.put(name, bytes),
    get: (name, offset, length) => blobs.get(name, offset, length),
    delete: (name) => blobs.delete(name),
    list: (prefix) => blobs.list(prefix),
    check: () => blobs.check(),
    removeUnfinished: (untouchedSinceMs) => blobs.removeUnfinished(untouchedSinceMs),
    freeBytes: () => blobs.freeBytes(),
    create: async (name) => watched(await blobs.create(name), mishaps),
  };
}

function watched(writer: BlobWriter, { beforeWrite, afterClose }: Mishaps): BlobWriter {
  let writes = 0;
  return {
    async write(bytes) {
      await beforeWrite?.(writes);
      writes += 1;
      await writer.write(bytes);
    },
    async close() {
      await writer.close();
      await afterClose?.();
    },
    abort: () => writer.abort(),
  };
}
