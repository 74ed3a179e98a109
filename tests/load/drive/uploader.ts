import type { Batch } from "../recordings/batch.ts";

/** Somebody who uploads one tab's chunks, one after the other. */
export interface Uploader {
  /** Sends the next chunk and waits for its acknowledgement. */
  send(batch: Batch): Promise<void>;
}

/** The request for one chunk. It is made for each, so it should take little. */
export interface ChunkRequest {
  readonly url: string;
  readonly method: "PUT" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Makes an uploader that numbers its chunks from 0. */
export function createUploader(request: (seq: number, batch: Batch) => ChunkRequest): Uploader {
  let seq = 0;
  return {
    async send(batch) {
      const { url, ...init } = request(seq, batch);
      seq += 1;
      const response = await fetch(url, init);
      const text = await response.text();
      // A bench of refusals would look very fast.
      if (!response.ok) throw new Error(`a chunk was refused: ${response.status} ${text}`);
    },
  };
}
