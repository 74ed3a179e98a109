import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { forStorage } from "../chunks/storage-errors.ts";
import type { IngestContext } from "../context.ts";
import { readSettings, toRecordingSettings, writeSettings } from "../settings/recording-settings.ts";

type Rpc = ServiceImpl<typeof IngestService>["updateRecordingSettings"];

/** Replaces how the workspace's recordings are kept, and has retention look at what is stored. */
export function updateRecordingSettings({ db, config, standings, wake }: IngestContext): Rpc {
  return async (request, context) => {
    const { workspaceId } = userOf(context);
    const { settings: asked } = request;
    if (asked === undefined) throw refusal("request_invalid", { message: "settings: value is required" });
    const settings = await forStorage(() =>
      db.inWorkspace(workspaceId, async (tx) => {
        await writeSettings(tx, workspaceId, asked);
        return readSettings(tx, workspaceId, config);
      }),
    );
    standings.forget(workspaceId);
    wake.retention(workspaceId);
    return { settings: toRecordingSettings(settings) };
  };
}
