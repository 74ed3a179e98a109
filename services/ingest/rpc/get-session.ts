import type { ServiceImpl } from "@connectrpc/connect";
import { scopeOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";
import { findSession } from "../sessions/find-session.ts";

type Rpc = ServiceImpl<typeof IngestService>["getSession"];

/** Answers with one session. */
export function getSession({ db }: IngestContext): Rpc {
  return async ({ sessionId }, context) => {
    const scope = scopeOf(context);
    return { session: await db.inWorkspace(scope.workspaceId, (tx) => findSession(tx, scope, sessionId)) };
  };
}
