import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { DEFAULT_SCRUB_POLICY } from "@gigtrail/ingest/scrub/policy";
import { type DecodedChunk, decodeChunk } from "@gigtrail/ingest/payload/decode-chunk";
import type { PrepareRequest } from "@gigtrail/ingest/preparing/prepare-chunk";
import { gunzipSync } from "node:zlib";
import type { Batch } from "../recordings/batch.ts";

/** Years off everything that is recorded: no event of a sample is misdated. */
const LATEST_MS = Date.UTC(2100, 0);
const KEY_BYTES = 32;

/** A chunk with what each stage is given, so that every stage can be run alone. */
export interface Sample {
  readonly request: PrepareRequest;
  readonly json: Buffer;
  readonly events: readonly unknown[];
  readonly decoded: DecodedChunk;
}

/** Makes the inputs of all stages from a chunk. */
export function sampleOf(batch: Batch): Sample {
  const [workspaceId, sessionId, tabId] = [Bun.randomUUIDv7(), Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  const request: PrepareRequest = {
    codec: Codec.GZIP,
    payload: batch.body,
    sha256: Buffer.from(batch.sha256, "hex"),
    eventCount: batch.eventCount,
    latestMs: LATEST_MS,
    policy: DEFAULT_SCRUB_POLICY,
    block: { workspaceId, sessionId, tabId, blockId: Bun.randomUUIDv7(), firstSeq: 0, lastSeq: 0 },
    key: crypto.getRandomValues(new Uint8Array(KEY_BYTES)),
  };
  const json = gunzipSync(batch.body);
  const events: readonly unknown[] = JSON.parse(json.toString());
  return { request, json, events, decoded: decodeChunk(request, request.policy) };
}
