import { createUploader, type Uploader } from "../drive/uploader.ts";
import type { Batch } from "../recordings/batch.ts";
import type { Gigtrail } from "./gigtrail.ts";
import type { Side } from "./side.ts";

/** Chunks as raw bodies, which is how the recorder sends them. */
export function rawSide(gigtrail: Gigtrail, name = "gigtrail, raw body"): Side {
  return {
    name,
    serverPids: gigtrail.serverPids,
    uploader: async () => createRawUploader(gigtrail, await gigtrail.newSession(), Bun.randomUUIDv7()),
  };
}

/** Makes an uploader of raw bodies for a tab of an open session. */
export async function createRawUploader(gigtrail: Gigtrail, sessionId: string, tabId: string): Promise<Uploader> {
  const tab = `${gigtrail.url}/v1/sessions/${sessionId}/tabs/${tabId}/chunks`;
  const authorization = `Bearer ${await gigtrail.token()}`;
  return createUploader((seq, { body, sha256, eventCount }) => ({
    url: `${tab}/${seq}`,
    method: "PUT",
    headers: {
      authorization,
      "content-encoding": "gzip",
      "x-gigtrail-sha256": sha256,
      "x-gigtrail-event-count": String(eventCount),
      "x-gigtrail-client-sent-time": new Date().toISOString(),
    },
    body,
  }));
}

/** Chunks as Connect JSON, whose payload is base64. */
export function connectJsonSide(gigtrail: Gigtrail, name = "gigtrail, Connect JSON"): Side {
  return {
    name,
    serverPids: gigtrail.serverPids,
    async uploader() {
      const [sessionId, token] = [await gigtrail.newSession(), await gigtrail.token()];
      const tab = JSON.stringify({ sessionId, tabId: Bun.randomUUIDv7() }).slice(0, -1);
      const url = `${gigtrail.url}/gigtrail.ingest.v1.IngestService/PutChunk`;
      const headers = {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "connect-protocol-version": "1",
      };
      return createUploader((seq, batch) => {
        const start = `${tab},"seq":"${seq}","clientSentTime":"${new Date().toISOString()}",`;
        return { url, method: "POST", headers, body: Buffer.concat([Buffer.from(start), messageRest(batch)]) };
      });
    },
  };
}

const messageRests = new Map<Batch, Buffer>();

/** The fields of PutChunkRequest that are alike wherever a chunk is sent, and the closing brace; made once a chunk. */
function messageRest(batch: Batch): Buffer {
  const known = messageRests.get(batch);
  if (known !== undefined) return known;
  const sha256 = Buffer.from(batch.sha256, "hex").toString("base64");
  const payload = Buffer.from(batch.body).toString("base64");
  const fields = { eventCount: batch.eventCount, codec: "CODEC_GZIP", sha256, payload };
  const rest = Buffer.from(JSON.stringify(fields).slice(1));
  messageRests.set(batch, rest);
  return rest;
}
