import type { ServiceImpl } from "@connectrpc/connect";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "./context.ts";
import { createSession } from "./rpc/create-session.ts";
import { deleteSession } from "./rpc/delete-session.ts";
import { deleteSessions } from "./rpc/delete-sessions.ts";
import { finishSession } from "./rpc/finish-session.ts";
import { getSession } from "./rpc/get-session.ts";
import { getRecordingSettings } from "./rpc/get-recording-settings.ts";
import { getSessionDeletion } from "./rpc/get-session-deletion.ts";
import { getStorageReport } from "./rpc/get-storage-report.ts";
import { getUploadState } from "./rpc/get-upload-state.ts";
import { listChanges } from "./rpc/list-changes.ts";
import { listSessions } from "./rpc/list-sessions.ts";
import { putChunk } from "./rpc/put-chunk.ts";
import { putChunks } from "./rpc/put-chunks.ts";
import { readEvents } from "./rpc/read-events.ts";
import { updateRecordingSettings } from "./rpc/update-recording-settings.ts";

/** The RPCs of ingest. */
export function ingestRoutes(context: IngestContext) {
  return {
    createSession: createSession(context),
    putChunk: putChunk(context),
    putChunks: putChunks(context),
    getUploadState: getUploadState(context),
    finishSession: finishSession(context),
    getSession: getSession(context),
    listSessions: listSessions(context),
    deleteSession: deleteSession(context),
    readEvents: readEvents(context),
    listChanges: listChanges(context),
    deleteSessions: deleteSessions(context),
    getSessionDeletion: getSessionDeletion(context),
    getRecordingSettings: getRecordingSettings(context),
    updateRecordingSettings: updateRecordingSettings(context),
    getStorageReport: getStorageReport(context),
  } satisfies ServiceImpl<typeof IngestService>;
}
