import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { Gigtrail } from "./gigtrail.ts";

/** A client of Gigtrail's ingest, and the header that says who calls. */
export async function ingestClient(gigtrail: Gigtrail) {
  const transport = createConnectTransport({ baseUrl: gigtrail.url, httpVersion: "1.1" });
  const headers = { authorization: `Bearer ${await gigtrail.token()}` };
  return { client: createClient(IngestService, transport), headers };
}

/** Reads the events of one tab back, each as the JSON text that is stored. */
export async function readTab(gigtrail: Gigtrail, sessionId: string, tabId: string): Promise<string[]> {
  const { client, headers } = await ingestClient(gigtrail);
  const frames: Uint8Array[] = [];
  for await (const { data } of client.readEvents({ sessionId, tabId }, { headers })) frames.push(data);
  const lines = Buffer.concat(frames).toString().split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
