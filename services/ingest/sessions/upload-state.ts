import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import type { Tx } from "@gigtrail/platform/db/database";
import {
  type Directive,
  Directive_Action,
  DirectiveSchema,
  type TabUploadStateSchema,
  type UploadState,
  UploadStateSchema,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { sql } from "kysely";
import type { TabState } from "../chunks/chunk.ts";
import { durableThrough, missingRanges, parseSeqRanges } from "../chunks/seq-ranges.ts";
import type { IngestSchema, StoredState } from "../db/schema.ts";
import { MAX_MISSING_RANGES } from "../limits.ts";
import { toSessionState } from "./find-session.ts";

/** A tab's state as the contract's message. */
export function toTabUploadState(tab: TabState): MessageInitShape<typeof TabUploadStateSchema> {
  return {
    tabId: tab.tabId,
    durableThrough: BigInt(durableThrough(tab.received)),
    missing: missingRanges(tab.received, tab.lastSeq, MAX_MISSING_RANGES).map(([first, last]) => ({
      first: BigInt(first),
      last: BigInt(last),
    })),
    lastSeq: BigInt(tab.lastSeq ?? -1),
    needsFullSnapshot: !tab.hasFullSnapshot,
  };
}

/** What the client should do next. */
export function toDirective(throttleMs: number): Directive {
  if (throttleMs === 0) return create(DirectiveSchema, { action: Directive_Action.CONTINUE });
  return create(DirectiveSchema, {
    action: Directive_Action.THROTTLE,
    retryAfterMs: BigInt(throttleMs),
    reason: "server_busy",
  });
}

/** What the server holds of a session that exists. */
export async function readUploadState(
  tx: Tx<IngestSchema>,
  session: { workspaceId: string; sessionId: string },
  throttleMs: number,
): Promise<UploadState> {
  const { state, generation } = await tx
    .selectFrom("sessions")
    .select(["state", "generation"])
    .where("workspace_id", "=", session.workspaceId)
    .where("session_id", "=", session.sessionId)
    .executeTakeFirstOrThrow();
  const tabs = await tx
    .selectFrom("tabs")
    .select(["tab_id", sql<string>`received::text`.as("received"), "last_seq", "has_full_snapshot"])
    .where("workspace_id", "=", session.workspaceId)
    .where("session_id", "=", session.sessionId)
    .orderBy("tab_id")
    .execute();
  const states: TabState[] = tabs.map((row) => ({
    tabId: row.tab_id,
    received: parseSeqRanges(row.received),
    lastSeq: row.last_seq,
    hasFullSnapshot: row.has_full_snapshot,
  }));
  return toUploadState(session.sessionId, state, generation, states, throttleMs);
}

/** Puts an upload state together. */
export function toUploadState(
  sessionId: string,
  state: StoredState,
  generation: number,
  tabs: readonly TabState[],
  throttleMs: number,
): UploadState {
  return create(UploadStateSchema, {
    sessionId,
    state: toSessionState(state),
    generation,
    tabs: tabs.map(toTabUploadState),
    directive: toDirective(throttleMs),
    serverTime: timestampNow(),
  });
}
