import type { BlobWriter } from "./blob-store.ts";
import { toBlobError, within } from "./s3-errors.ts";

/** How long one part may take to be sent, with the client's repetitions, in milliseconds. */
const PART_TIMEOUT_MS = 120_000;
/** How long joining the parts may take, in milliseconds. */
const CLOSE_TIMEOUT_MS = 120_000;

/** What a writer needs of its store. */
export interface S3Target {
  /** Uploads what the body gives, whole or not at all. */
  upload(body: Response): Promise<unknown>;
  /** Removes the blob if it came to be. */
  remove(): Promise<void>;
}

/**
 * A blob being uploaded. The client reads a stream and sends it in parts; it asks for no more than it can send, so a
 * write waits while parts are under way. The stream is the only way: the client's own writer stores a cut-off blob when
 * it is ended with an error, and says nothing of a part that failed (Bun 1.4.5).
 */
export class S3BlobWriter implements BlobWriter {
  readonly #sink: WritableStreamDefaultWriter<Uint8Array>;
  readonly #uploaded: Promise<unknown>;
  #state: "open" | "closing" | "closed" | "aborted" = "open";

  constructor(private readonly target: S3Target) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.#sink = writable.getWriter();
    this.#uploaded = target.upload(new Response(readable));
    // Whoever writes or closes hears of it; when nobody does, there is nobody to tell.
    this.#uploaded.catch(ignore);
    this.#sink.closed.catch(ignore);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#state !== "open") throw new Error("the blob is no longer being written");
    const written = this.#sink.write(bytes);
    written.catch(ignore);
    // An upload that ends before the stream does has failed: this write would wait for ever.
    await this.#told(PART_TIMEOUT_MS, Promise.race([written, this.#uploaded]));
  }

  async close(): Promise<void> {
    if (this.#state !== "open") throw new Error("the blob is no longer being written");
    this.#state = "closing";
    this.#sink.close().catch(ignore);
    await this.#told(CLOSE_TIMEOUT_MS, this.#uploaded);
    this.#state = "closed";
  }

  async abort(): Promise<void> {
    if (this.#state === "closed" || this.#state === "aborted") return;
    const mayBeThere = this.#state === "closing";
    this.#state = "aborted";
    if (!mayBeThere) {
      this.#sink.abort(new Error("the blob was given up")).catch(ignore);
      await within(CLOSE_TIMEOUT_MS, this.#uploaded).catch(ignore);
      return;
    }
    // The answer to close may have been lost, or may still come: whatever came to be is removed, then and now.
    this.#uploaded.then(() => this.target.remove()).catch(ignore);
    await this.target.remove();
  }

  async #told(timeoutMs: number, what: Promise<unknown>): Promise<void> {
    try {
      await within(timeoutMs, what);
    } catch (error) {
      throw toBlobError(error);
    }
  }
}

function ignore(): void {}
