import type { ServiceImpl } from "@connectrpc/connect";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";
import { readSettings, toRecordingSettings } from "../settings/recording-settings.ts";

type Rpc = ServiceImpl<typeof IngestService>["getRecordingSettings"];

/** Tells how the workspace's recordings are kept, what the instance holds filled in. */
export function getRecordingSettings({ db, config }: IngestContext): Rpc {
  return async (_request, context) => {
    const { workspaceId } = userOf(context);
    const settings = await db.inWorkspace(workspaceId, (tx) => readSettings(tx, workspaceId, config));
    return { settings: toRecordingSettings(settings) };
  };
}
