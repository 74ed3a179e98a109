import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { assertTokenStillGood, scopeOf } from "@gigtrail/platform/rpc/caller";
import { HEARTBEAT_MS, MAX_FRAME_BYTES } from "@gigtrail/platform/rpc/limits";
import type { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import type { ExportContext } from "../context.ts";
import { toStoredDataset, toStoredFormat } from "../exports/export-row.ts";
import { inFrames } from "../streaming/in-frames.ts";
import { withHeartbeats } from "../streaming/with-heartbeats.ts";
import { assertNamedSessionsExist } from "../sources/read-sessions.ts";
import { distinctIds } from "../sources/selection.ts";
import { exportBytes, type Meter } from "../writers/export-bytes.ts";

type Rpc = ServiceImpl<typeof ExportService>["streamExport"];

/** Nobody asks how far a stream is, and what it gave out cannot be taken back. */
const NO_METER: Meter = { rowsWritten() {}, sessionsDone() {}, async contains() {} };

/**
 * Streams an export while it is made, no faster than the caller reads. While the sources are slow, frames without
 * bytes keep the line open, one every `heartbeatMs`. Whichever way the caller leaves, the calls behind it end.
 */
export function streamExport({ upstream }: Pick<ExportContext, "upstream">, heartbeatMs = HEARTBEAT_MS): Rpc {
  return async function* ({ spec }, context) {
    if (spec === undefined) throw refusal("request_invalid");
    const leaving = new AbortController();
    const signal = AbortSignal.any([context.signal, leaving.signal]);
    const selection = { ...scopeOf(context), sessionIds: distinctIds(spec.sessionIds) };
    await assertNamedSessionsExist(upstream, selection, signal);
    const bytes = exportBytes({
      upstream,
      selection,
      dataset: toStoredDataset(spec.dataset),
      format: toStoredFormat(spec.format),
      signal,
      meter: NO_METER,
    });
    try {
      for await (const frame of withHeartbeats(inFrames(bytes, MAX_FRAME_BYTES), heartbeatMs)) {
        assertTokenStillGood(context);
        yield { data: frame ?? new Uint8Array() };
      }
    } finally {
      leaving.abort();
    }
  };
}
