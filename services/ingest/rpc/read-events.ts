import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { assertTokenStillGood, scopeOf } from "@gigtrail/platform/rpc/caller";
import {
  type EventPosition,
  type IngestService,
  type ReadEventsRequest,
  ReadEventsRequest_Order,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestContext } from "../context.ts";
import { type Frame, toFrames } from "../reading/frames.ts";
import { mergeTabs } from "../reading/merge-tabs.ts";
import type { ReadableSession } from "../reading/readable-session.ts";
import { tabChunks, type TabPosition } from "../reading/tab-chunks.ts";
import { findSession } from "../sessions/find-session.ts";

type Rpc = ServiceImpl<typeof IngestService>["readEvents"];

/** Streams a session's events block by block; memory does not grow with the session. */
export function readEvents(service: IngestContext): Rpc {
  return async function* (request, context) {
    requirePossibleStart(request);
    const { session, tabIds } = await openSession(service, request, context);
    const frames =
      request.order === ReadEventsRequest_Order.MERGED
        ? mergeTabs(tabIds.map((tabId) => ({ tabId, chunks: tabChunks(service, session, tabId) })))
        : inTabOrder(service, session, tabIds, request.from);
    for await (const { seq, ...frame } of frames) {
      assertTokenStillGood(context);
      yield { ...frame, seq: BigInt(seq) };
    }
  };
}

/** A merge has no place to begin at but its start: what comes first depends on all tabs. */
function requirePossibleStart({ from, order, tabId }: ReadEventsRequest): void {
  if (from === undefined) return;
  const isOfOtherTab = tabId !== "" && tabId.toLowerCase() !== from.tabId.toLowerCase();
  if (order === ReadEventsRequest_Order.MERGED || isOfOtherTab) throw refusal("position_invalid");
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
    if (found.eventsExpireTime !== undefined) throw refusal("events_expired");
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

/** Tab after tab; with a position, from there on: the tabs before its own are left out. */
async function* inTabOrder(
  service: IngestContext,
  session: ReadableSession,
  tabIds: readonly string[],
  from: EventPosition | undefined,
): AsyncGenerator<Frame> {
  const firstTab = from?.tabId.toLowerCase() ?? "";
  for (const tabId of tabIds) {
    if (tabId < firstTab) continue;
    const start = from !== undefined && tabId === firstTab ? toPosition(from) : undefined;
    for await (const { seq, index, ndjson } of tabChunks(service, session, tabId, start)) {
      yield* toFrames({ tabId, seq, index, lines: ndjson });
    }
  }
}

function toPosition({ seq, index }: EventPosition): TabPosition {
  return { seq: Math.min(Number.MAX_SAFE_INTEGER, Number(seq)), index };
}
