import type { Uploader } from "../drive/uploader.ts";
import type { Batch } from "../recordings/batch.ts";
import type { Gigtrail } from "../sides/gigtrail.ts";
import { createRawUploader } from "../sides/gigtrail-sides.ts";

/** Somebody who records session after session. */
export class Recordist {
  #session: { sessionId: string; tabId: string; uploader: Uploader; chunks: number } | undefined;

  constructor(
    private readonly gigtrail: Gigtrail,
    private readonly chunksPerSession: number,
    /** Of the first session: when recordists begin together, they should not finish together. */
    private chunksOfThisSession: number,
  ) {}

  /** Sends a chunk of the session of now; the last one of a session finishes it. */
  async send(batch: Batch): Promise<void> {
    const session = (this.#session ??= await this.#begin());
    await session.uploader.send(batch);
    session.chunks += 1;
    if (session.chunks < this.chunksOfThisSession) return;
    this.chunksOfThisSession = this.chunksPerSession;
    this.#session = undefined;
    const end = { tabId: session.tabId, lastSeq: session.chunks - 1 };
    await this.gigtrail.uploadPort.finishSession(session.sessionId, [end]);
  }

  async #begin() {
    const [sessionId, tabId] = [await this.gigtrail.newSession(), Bun.randomUUIDv7()];
    return { sessionId, tabId, uploader: await createRawUploader(this.gigtrail, sessionId, tabId), chunks: 0 };
  }
}
