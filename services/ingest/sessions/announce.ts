import { broadcastProgress } from "@gigtrail/platform/live";
import type { Directive, UploadState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { OpenSession } from "../chunks/open-sessions.ts";
import type { IngestContext } from "../context.ts";
import { toUploadState } from "./upload-state.ts";

/** Tells live viewers how a session stands after a transaction, and returns it. */
export function announce({ bus }: Pick<IngestContext, "bus">, session: OpenSession, directive: Directive): UploadState {
  const { name, userId, state, generation } = session;
  const tabs = session.knownTabs().toSorted((a, b) => (a.tabId < b.tabId ? -1 : 1));
  const uploadState = toUploadState(name.sessionId, state, generation, tabs, directive);
  broadcastProgress(bus, {
    workspaceId: name.workspaceId,
    userId,
    change: { case: "uploadState", value: uploadState },
  });
  return uploadState;
}
