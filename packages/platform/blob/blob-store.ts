/** A blob that is not there. */
export class BlobNotFoundError extends Error {
  override readonly name = "BlobNotFoundError";
  constructor(readonly blobName: string) {
    super("blob not found");
  }
}

/**
 * Keeps named runs of bytes, written once and never changed. Names are made by the server: path segments of
 * letters, digits, `-` and `.`, separated by `/`.
 */
export interface BlobStore {
  /** Stores a blob. Resolves when it would survive a power cut. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Begins a blob whose size is not known yet; memory stays constant whatever its size. */
  create(name: string): Promise<BlobWriter>;
  /** The bytes from `offset` on (default all), at most `length` of them. Throws BlobNotFoundError. */
  get(name: string, offset?: number, length?: number): Promise<Uint8Array>;
  /** Removes a blob; one that is not there is no error. */
  delete(name: string): Promise<void>;
  /** The names that begin with a prefix, in no order. */
  list(prefix: string): AsyncIterable<string>;
  /**
   * Removes what writers that died have left of blobs that were never closed, where nothing was written to it after this
   * time (milliseconds since 1970). Returns how many there were.
   */
  removeUnfinished(untouchedSinceMs: number): Promise<number>;
  /** Throws in plain words when the store cannot be written. */
  check(): Promise<void>;
  /** Bytes that the store has room for; undefined where it does not say. */
  freeBytes(): Promise<number | undefined>;
}

/** A blob being written. It exists under its name only after close. */
export interface BlobWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Makes it durable under its name. */
  close(): Promise<void>;
  /** Throws it away. */
  abort(): Promise<void>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9.-]*(\/[A-Za-z0-9][A-Za-z0-9.-]*)*$/;

/** Whether this can be a blob's name; what else lies in a store is not ours. */
export function isBlobName(name: string): boolean {
  return NAME.test(name) && !name.includes("..");
}

/** Refuses a name that could leave the store's folder; names are ours, so this is a bug when it throws. */
export function assertBlobName(name: string): void {
  if (!isBlobName(name)) throw new Error("not a blob name");
}
