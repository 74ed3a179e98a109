import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { type LiveEvent, LiveEventSchema } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { type Session, SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { GatewayContext } from "../context.ts";

/** Sessions and exports whose state a new viewer is told: the newest ones. */
const NEWEST = 10;

/** Who is told. */
interface Viewer {
  readonly workspaceId: string;
  readonly authorization: string;
  readonly signal: AbortSignal;
}

/** How things stand now, for a viewer who has just connected: progress that went by before is not sent again. */
export async function* liveState({ transport }: GatewayContext, viewer: Viewer): AsyncGenerator<LiveEvent> {
  const { workspaceId, signal } = viewer;
  const options = { headers: { authorization: viewer.authorization }, signal };
  const ingest = createClient(IngestService, transport("ingest"));
  const analysis = createClient(AnalysisService, transport("analysis"));
  const event = (userId: string, change: LiveEvent["change"]) =>
    create(LiveEventSchema, { workspaceId, userId, change });

  const { sessions } = await ingest.listSessions({ pageSize: NEWEST }, options);
  for (const session of sessions) {
    if (session.state === SessionState.COMPLETE || session.state === SessionState.INCOMPLETE) {
      const value = await analysis
        .getAnalysis({ sessionId: session.sessionId }, options)
        .then((answer) => answer.analysis, ifNotThere);
      if (value !== undefined) yield event(session.userId, { case: "analysis", value });
    } else {
      const value = await uploadState(session);
      if (value !== undefined) yield event(session.userId, { case: "uploadState", value });
    }
  }
  const { exports } = await createClient(ExportService, transport("export")).listExports({ pageSize: NEWEST }, options);
  // Exports are listed to the one who asked for them alone.
  for (const value of exports) yield event("", { case: "export", value });

  function uploadState({ sessionId }: Session) {
    return ingest.getUploadState({ sessionId }, options).then((answer) => answer.uploadState, ifNotThere);
  }
}

/** Something that went away, or is not there yet, is left out. */
function ifNotThere(error: unknown): undefined {
  if (error instanceof ConnectError && error.code === Code.NotFound) return undefined;
  throw error;
}
