import { fromBinary } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { pause } from "@gigtrail/platform/lifecycle";
import { progressSubject } from "@gigtrail/platform/live";
import { assertTokenStillGood, userOf } from "@gigtrail/platform/rpc/caller";
import { HEARTBEAT_MS } from "@gigtrail/platform/rpc/limits";
import { LiveEventSchema } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";
import type { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import type { ExportContext } from "../context.ts";
import { findExport } from "../db/queries/find-export.ts";
import { type ExportRow, toExport } from "../exports/export-row.ts";
import { ownerOf } from "../exports/owner.ts";

type Rpc = ServiceImpl<typeof ExportService>["watchExport"];

/**
 * Says how an export goes on until it is done or failed. The bus says when to look; what it loses is found at the
 * next heartbeat (`heartbeatMs`). The row is read anew each time: it is the truth, and the caller may still see it.
 */
export function watchExport({ db, bus }: Pick<ExportContext, "db" | "bus">, heartbeatMs = HEARTBEAT_MS): Rpc {
  return async function* ({ exportId }, context) {
    const owner = ownerOf(context);
    const { expireMs } = userOf(context);
    let heard = new AbortController();
    const listening = bus.listen(progressSubject(owner.workspaceId), (message) => {
      const { change } = fromBinary(LiveEventSchema, message);
      if (change.case === "export" && change.value.exportId === exportId.toLowerCase()) heard.abort();
    });
    try {
      let shown: ExportRow | undefined;
      while (!context.signal.aborted) {
        assertTokenStillGood(context);
        const wasHeard = heard.signal.aborted;
        heard = new AbortController();
        const row = await db.inWorkspace(owner.workspaceId, (tx) => findExport(tx, owner, exportId));
        if (shown === undefined || hasChanged(shown, row)) {
          yield { export: toExport(row) };
          shown = row;
          if (row.state === "done" || row.state === "failed") return;
        } else if (!wasHeard) yield {};
        const untilMs = Math.max(1, Math.min(heartbeatMs, expireMs - Date.now()));
        await pause(untilMs, AbortSignal.any([heard.signal, context.signal]));
      }
    } finally {
      await listening.stop();
    }
  };
}

function hasChanged(before: ExportRow, now: ExportRow): boolean {
  return before.state !== now.state || before.percent !== now.percent || before.row_count !== now.row_count;
}
