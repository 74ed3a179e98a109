import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { assertTokenStillGood, scopeOf } from "@gigtrail/platform/rpc/caller";
import {
  type IngestService,
  type ReadEventsRequest,
  ReadEventsRequest_Order,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";
import { type Frame, toFrames } from "../reading/frames.ts";
import { mergeTabs } from "../reading/merge-tabs.ts";
import { type ReadableSession, tabBlocks } from "../reading/tab-blocks.ts";
import { findSession } from "../sessions/find-session.ts";

type Rpc = ServiceImpl<typeof IngestService>["readEvents"];

/** Streams a session's events block by block; memory does not grow with the session. */
export function readEvents(service: IngestContext): Rpc {
  return async function* (request, context) {
    const { session, tabIds } = await openSession(service, request, context);
    const frames =
      request.order === ReadEventsRequest_Order.MERGED
        ? mergeTabs(tabIds.map((tabId) => ({ tabId, blocks: tabBlocks(service, session, tabId) })))
        : inTabOrder(service, session, tabIds);
    for await (const { tabId, seq, data, endsLine } of frames) {
      assertTokenStillGood(context);
      yield { tabId, seq: BigInt(seq), data, endsLine };
    }
  };
}

async function openSession(
  { db, keys }: IngestContext,
  { sessionId, tabId }: ReadEventsRequest,
  context: HandlerContext,
) {
  const scope = scopeOf(context);
  const { workspaceId } = scope;
  return db.inWorkspace(workspaceId, async (tx) => {
    const found = await findSession(tx, scope, sessionId);
    const key = await keys.find(tx, workspaceId, found.sessionId);
    if (key === undefined) throw refusal("session_deleted");
    let tabs = tx
      .selectFrom("tabs")
      .select("tab_id")
      .where("workspace_id", "=", workspaceId)
      .where("session_id", "=", found.sessionId)
      .orderBy("tab_id");
    if (tabId !== "") tabs = tabs.where("tab_id", "=", tabId);
    const session: ReadableSession = { workspaceId, sessionId: found.sessionId, key };
    return { session, tabIds: (await tabs.execute()).map((row) => row.tab_id) };
  });
}

async function* inTabOrder(
  service: IngestContext,
  session: ReadableSession,
  tabIds: readonly string[],
): AsyncGenerator<Frame> {
  for (const tabId of tabIds) {
    for await (const { seq, ndjson } of tabBlocks(service, session, tabId)) yield* toFrames(tabId, seq, ndjson);
  }
}
