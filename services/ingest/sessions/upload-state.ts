import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import type { Tx } from "@gigtrail/platform/db/database";
import type { Scope } from "@gigtrail/platform/rpc/caller";
import {
  type Directive,
  type TabUploadStateSchema,
  type UploadState,
  UploadStateSchema,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { sql } from "kysely";
import type { TabState } from "../chunks/chunk.ts";
import { durableThrough, missingRanges, parseSeqRanges } from "../chunks/seq-ranges.ts";
import type { IngestSchema, StoredState } from "../db/schema.ts";
import { MAX_MISSING_RANGES } from "../limits.ts";
import { refuseUnknown, selectSessions, toSessionState } from "./find-session.ts";

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
    needsFullSnapshot: needsFullSnapshot(tab),
  };
}

/** Whether what was stored after the last gap, or from the start, cannot be replayed for want of a FullSnapshot. */
function needsFullSnapshot({ received, snapshotSeq }: TabState): boolean {
  const lastRun = received.at(-1);
  return lastRun === undefined || snapshotSeq === null || snapshotSeq < lastRun[0];
}

/**
 * What the server holds of a session, read in one statement: as it was at one moment. Throws `session_deleted` and
 * `session_not_found`.
 */
export async function readUploadState(
  tx: Tx<IngestSchema>,
  scope: Scope,
  sessionId: string,
  directive: Directive,
): Promise<UploadState> {
  const rows = await tx
    .selectFrom(selectSessions(tx, scope).where("session_id", "=", sessionId).as("s"))
    .leftJoin("tabs", (join) =>
      join.onRef("tabs.workspace_id", "=", "s.workspace_id").onRef("tabs.session_id", "=", "s.session_id"),
    )
    .select(["s.session_id", "state", "generation", "tab_id", "last_seq", "snapshot_seq"])
    .select(sql<string>`received::text`.as("received"))
    .orderBy("tab_id")
    .execute();
  const [session] = rows;
  if (session === undefined) return refuseUnknown(tx, scope, sessionId);
  const tabs = rows.flatMap(({ tab_id: tabId, received, last_seq: lastSeq, snapshot_seq: snapshotSeq }) =>
    tabId === null ? [] : { tabId, received: parseSeqRanges(received), lastSeq, snapshotSeq },
  );
  return toUploadState(session.session_id, session.state, session.generation, tabs, directive);
}

/** Puts an upload state together. */
export function toUploadState(
  sessionId: string,
  state: StoredState,
  generation: number,
  tabs: readonly TabState[],
  directive: Directive,
): UploadState {
  return create(UploadStateSchema, {
    sessionId,
    state: toSessionState(state),
    generation,
    tabs: tabs.map(toTabUploadState),
    directive,
    serverTime: timestampNow(),
  });
}
