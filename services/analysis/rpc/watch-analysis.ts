import { equals, fromBinary } from "@bufbuild/protobuf";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { progressSubject } from "@gigtrail/platform/live";
import { assertTokenStillGood, scopeOf, userOf } from "@gigtrail/platform/rpc/caller";
import { HEARTBEAT_MS } from "@gigtrail/platform/rpc/limits";
import { type Analysis, AnalysisSchema, AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import type { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { LiveEventSchema } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";
import type { AnalysisContext } from "../context.ts";
import { findAnalysis } from "../db/find-analysis.ts";
import { WAIT_FOR_ANALYSIS_MS } from "../limits.ts";
import { Bell } from "../live/bell.ts";

type Rpc = ServiceImpl<typeof AnalysisService>["watchAnalysis"];

/** How patient a watch is, in milliseconds. */
export interface WatchPace {
  readonly heartbeatMs: number;
  readonly waitMs: number;
}

const PACE: WatchPace = { heartbeatMs: HEARTBEAT_MS, waitMs: WAIT_FOR_ANALYSIS_MS };

/**
 * Sends how an analysis goes on. A broadcast only says that there is something to see: what is sent is what the
 * database has then, so that a broadcast that comes late, twice or not at all does no harm, and changes that come
 * faster than the caller reads become one.
 */
export function watchAnalysis(service: AnalysisContext, pace: WatchPace = PACE): Rpc {
  return async function* ({ sessionId }, context) {
    const changed = new Bell();
    const id = sessionId.toLowerCase();
    // Before the first look, so that nothing can happen in between.
    const listening = service.bus.listen(progressSubject(scopeOf(context).workspaceId), (message) => {
      if (isAbout(message, id)) changed.ring();
    });
    try {
      yield* watch(service, pace, id, context, changed);
    } finally {
      await listening.stop();
    }
  };
}

async function* watch({ db }: AnalysisContext, pace: WatchPace, id: string, context: HandlerContext, changed: Bell) {
  const scope = scopeOf(context);
  const { expireMs } = userOf(context);
  const giveUpMs = Date.now() + pace.waitMs;
  let shown: Analysis | undefined;
  let nextBeatMs = 0;
  while (!context.signal.aborted) {
    assertTokenStillGood(context);
    const analysis = await db.inWorkspace(scope.workspaceId, (tx) => findAnalysis(tx, scope, id));
    const isGone = analysis === undefined && (shown !== undefined || Date.now() >= giveUpMs);
    if (isGone) throw refusal("analysis_not_found");
    const isNews = analysis !== undefined && (shown === undefined || !equals(AnalysisSchema, shown, analysis));
    if (isNews || Date.now() >= nextBeatMs) {
      shown = analysis;
      nextBeatMs = Date.now() + pace.heartbeatMs;
      yield isNews ? { analysis } : {};
    }
    if (analysis !== undefined && isFinal(analysis)) return;
    await changed.wait(Math.min(nextBeatMs, expireMs) - Date.now(), context.signal);
  }
}

function isFinal({ state }: Analysis): boolean {
  return state === AnalysisState.DONE || state === AnalysisState.FAILED;
}

function isAbout(message: Uint8Array, sessionId: string): boolean {
  const { change } = fromBinary(LiveEventSchema, message);
  return change.case === "analysis" && change.value.sessionId === sessionId;
}
