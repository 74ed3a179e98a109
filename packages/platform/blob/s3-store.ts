import { assertBlobName, BlobNotFoundError, type BlobStore, type BlobWriter, isBlobName } from "./blob-store.ts";
import { askS3, isBeyondEnd, isMissing, whyNot } from "./s3-errors.ts";
import { S3BlobWriter } from "./s3-writer.ts";

/** How long a request may take, with its repetitions, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long the check may take, in milliseconds: whoever asks whether a process is ready waits for five seconds. */
const CHECK_TIMEOUT_MS = 3_000;
/** Bytes of one part of an upload. S3 joins at most 10,000 parts, so a blob may have 78 GiB. */
const PART_BYTES = 8 * 1024 * 1024;
/** Parts of one upload under way at the same time; together with the one being filled, memory holds two. */
const PARTS_AT_ONCE = 1;
/** Times that a part is sent again before the upload fails. */
const PART_RETRIES = 3;
/** What the check writes; no name of a blob begins so. */
const PROBE = ".check";

/** Where an S3-compatible store is, and what part of it is ours. */
export interface S3Options {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Begins every key; ends with `/`. */
  readonly prefix: string;
  /** How long a request may take in all, in milliseconds; default 30 s. */
  readonly timeoutMs?: number;
}

/**
 * Keeps blobs in a bucket of an S3-compatible store, under a prefix. A blob is durable when the store has answered, and
 * visible only then; parts of an upload that a dead process left must be removed by the store (a lifecycle rule that
 * aborts unfinished multipart uploads).
 */
export class S3BlobStore implements BlobStore {
  readonly #client: Bun.S3Client;
  readonly #timeoutMs: number;

  constructor(private readonly options: S3Options) {
    const { endpoint, bucket, region, accessKeyId, secretAccessKey } = options;
    this.#client = new Bun.S3Client({ endpoint, bucket, region, accessKeyId, secretAccessKey });
    this.#timeoutMs = options.timeoutMs ?? REQUEST_TIMEOUT_MS;
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const key = this.#key(name);
    await askS3(this.#timeoutMs, () => this.#client.write(key, bytes));
  }

  async create(name: string): Promise<BlobWriter> {
    const key = this.#key(name);
    return new S3BlobWriter({
      upload: (body) =>
        this.#client.write(key, body, { partSize: PART_BYTES, queueSize: PARTS_AT_ONCE, retry: PART_RETRIES }),
      remove: () => this.delete(name),
    });
  }

  async get(name: string, offset = 0, length?: number): Promise<Uint8Array> {
    const file = this.#client.file(this.#key(name));
    try {
      if (length === 0) {
        // An empty range cannot be asked for; whether the blob is there is asked all the same.
        await askS3(this.#timeoutMs, () => file.stat());
        return new Uint8Array();
      }
      const end = length === undefined ? undefined : offset + length;
      const part = offset === 0 && end === undefined ? file : file.slice(offset, end);
      const bytes = await askS3(this.#timeoutMs, () => part.bytes());
      if (length !== undefined && bytes.length > length) throw new Error("the blob store does not obey Range");
      return bytes;
    } catch (error) {
      if (isMissing(error)) throw new BlobNotFoundError(name);
      if (isBeyondEnd(error)) return new Uint8Array();
      throw error;
    }
  }

  async delete(name: string): Promise<void> {
    const key = this.#key(name);
    try {
      await askS3(this.#timeoutMs, () => this.#client.delete(key));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    const ours = this.options.prefix;
    let continuationToken: string | undefined;
    do {
      const query = { prefix: ours + prefix, ...(continuationToken !== undefined && { continuationToken }) };
      const page = await askS3(this.#timeoutMs, () => this.#client.list(query));
      for (const { key } of page.contents ?? []) {
        const name = key.slice(ours.length);
        if (isBlobName(name)) yield name;
      }
      continuationToken = page.isTruncated ? page.nextContinuationToken : undefined;
    } while (continuationToken !== undefined);
  }

  async check(): Promise<void> {
    const { endpoint, bucket, prefix } = this.options;
    try {
      await askS3(Math.min(CHECK_TIMEOUT_MS, this.#timeoutMs), () => this.#client.write(prefix + PROBE, ""));
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw new Error(
        `The blob store at ${new URL(endpoint).host}, bucket ${bucket}, cannot be written: ${whyNot(cause)}.`,
        { cause: error },
      );
    }
  }

  /** Nothing: parts of uploads that were not completed are the bucket's to remove (its lifecycle rule). */
  removeUnfinished(): Promise<number> {
    return Promise.resolve(0);
  }

  /** S3 has no call that says how much room there is. */
  freeBytes(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  #key(name: string): string {
    assertBlobName(name);
    return this.options.prefix + name;
  }
}
