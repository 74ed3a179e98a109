import { isUtf8 } from "node:buffer";
import { sealBlock } from "@gigtrail/ingest/blocks/block";
import { SessionKey } from "@gigtrail/ingest/keys/session-keys";
import { decodeChunk } from "@gigtrail/ingest/payload/decode-chunk";
import { inflate } from "@gigtrail/ingest/payload/inflate";
import { scanEvents } from "@gigtrail/ingest/payload/scan-events";
import { prepareChunk } from "@gigtrail/ingest/preparing/prepare-chunk";
import type { Sample } from "./sample.ts";
import { type Stage, WHOLE } from "./stage.ts";

/**
 * What ingest does with a chunk in its Worker. `decode` is all up to the scrubbed lines: inflate, sha256, utf8, scan, and
 * besides them the events' heads, pages, scrubbing and writing of lines. `whole` is decode and seal.
 */
export const INGEST_STAGES: readonly Stage[] = [
  { pipeline: "ingest", name: "inflate", run: ({ request }) => inflate(request.codec, request.payload) },
  { pipeline: "ingest", name: "sha256", run: ({ json }) => new Bun.CryptoHasher("sha256").update(json).digest() },
  { pipeline: "ingest", name: "utf8", run: ({ json }) => isUtf8(json) },
  { pipeline: "ingest", name: "scan", run: ({ json }) => scanEvents(json, () => {}) },
  { pipeline: "ingest", name: "decode", run: ({ request }) => decodeChunk(request, request.policy) },
  { pipeline: "ingest", name: "seal", run: seal },
  { pipeline: "ingest", name: WHOLE, run: ({ request }) => prepareChunk(request) },
];

function seal({ request, decoded }: Sample): Buffer {
  const { times, ndjson, eventCount, leadingEvents, pageAtEnd } = decoded;
  const chunks = [{ seq: request.block.firstSeq, eventCount, leadingEvents, pageAtEnd }];
  // Sealing takes the lines' memory, and the sample is sealed many times.
  const content = { chunks, times, ndjson: new Uint8Array(ndjson) };
  return sealBlock(new SessionKey(request.key), request.block, content);
}
