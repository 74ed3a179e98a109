import type { ServiceImpl } from "@connectrpc/connect";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "./context.ts";
import { createSession } from "./rpc/create-session.ts";
import { deleteSession } from "./rpc/delete-session.ts";
import { finishSession } from "./rpc/finish-session.ts";
import { getSession } from "./rpc/get-session.ts";
import { getUploadState } from "./rpc/get-upload-state.ts";
import { listChanges } from "./rpc/list-changes.ts";
import { listSessions } from "./rpc/list-sessions.ts";
import { putChunk } from "./rpc/put-chunk.ts";
import { readEvents } from "./rpc/read-events.ts";

/** The RPCs of ingest. */
export function ingestRoutes(context: IngestContext) {
  return {
    createSession: createSession(context),
    putChunk: putChunk(context),
    getUploadState: getUploadState(context),
    finishSession: finishSession(context),
    getSession: getSession(context),
    listSessions: listSessions(context),
    deleteSession: deleteSession(context),
    readEvents: readEvents(context),
    listChanges: listChanges(context),
  } satisfies ServiceImpl<typeof IngestService>;
}
