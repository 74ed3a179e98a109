import type { Bus } from "@gigtrail/platform/bus/bus";
import { broadcastProgress } from "@gigtrail/platform/live";
import { type ExportRow, toExport } from "./export-row.ts";

/** Tells live viewers how an export stands. */
export function tellViewers(bus: Bus, row: ExportRow): void {
  broadcastProgress(bus, {
    workspaceId: row.workspace_id,
    userId: row.user_id,
    change: { case: "export", value: toExport(row) },
  });
}
