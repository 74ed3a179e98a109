import type { BlobStore } from "@gigtrail/platform/blob/blob-store";

/** A blob store that does something before each put; throwing makes the put fail. */
export function beforePut(blobs: BlobStore, act: (name: string) => void | Promise<void>): BlobStore {
  return altered(blobs, {
    async put(name, bytes) {
      await act(name);
      await blobs.put(name, bytes);
    },
  });
}

/** A blob store of which some methods are others. */
export function altered(blobs: BlobStore, methods: Partial<BlobStore>): BlobStore {
  return {
    put: (name, bytes) => blobs.put(name, bytes),
    create: (name) => blobs.create(name),
    get: (name, offset, length) => blobs.get(name, offset, length),
    delete: (name) => blobs.delete(name),
    list: (prefix) => blobs.list(prefix),
    check: () => blobs.check(),
    removeUnfinished: (untouchedSinceMs) => blobs.removeUnfinished(untouchedSinceMs),
    freeBytes: () => blobs.freeBytes(),
    ...methods,
  };
}

/** A gate that whoever comes waits at until it is opened. */
export class Gate {
  #open = Promise.withResolvers<void>();
  #waiting = 0;
  closed = false;

  /** How many have come since it was closed. */
  get waiting(): number {
    return this.#waiting;
  }

  close(): void {
    this.closed = true;
    this.#waiting = 0;
    this.#open = Promise.withResolvers();
  }

  open(): void {
    this.closed = false;
    this.#open.resolve();
  }

  async pass(): Promise<void> {
    if (!this.closed) return;
    this.#waiting += 1;
    await this.#open.promise;
  }
}
