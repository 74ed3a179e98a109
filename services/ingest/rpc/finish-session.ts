import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { openSessions } from "../chunks/open-sessions.ts";
import { forStorage } from "../chunks/storage-errors.ts";
import type { IngestContext } from "../context.ts";
import { announce } from "../sessions/announce.ts";
import { directiveFor } from "../sessions/directive.ts";
import { finish } from "../sessions/finish.ts";

type Rpc = ServiceImpl<typeof IngestService>["finishSession"];

/** Takes note of each tab's last chunk, and completes the session when all are in. Works while uploads are refused. */
export function finishSession(service: IngestContext): Rpc {
  return async ({ sessionId, tabs }, context) => {
    const { workspaceId, userId } = userOf(context);
    const name = { workspaceId, sessionId: sessionId.toLowerCase() };
    const directive = await directiveFor(service, workspaceId);
    const { session, completed } = await forStorage(() =>
      service.db.inWorkspace(workspaceId, async (tx) => {
        const found = (await openSessions(tx, [name])).find(name, userId);
        if (typeof found === "string") throw refusal(found);
        return { session: found, completed: await finish(tx, found, tabs, "client") };
      }),
    );
    if (completed) service.wake.outbox();
    return { uploadState: announce(service, session, directive) };
  };
}
