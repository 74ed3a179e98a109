import type { TabUploadState, UploadState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { durableThrough, missing, needsFullSnapshot, type SessionModel, type TabModel } from "./session-model.ts";

/** A tab as an answer shows it. */
export interface SeenTab {
  readonly tab: number;
  readonly durableThrough: number;
  readonly missing: readonly (readonly [number, number])[];
  readonly lastSeq: number;
  readonly needsFullSnapshot: boolean;
}

/** A session as an answer shows it. */
export interface SeenSession {
  readonly state: string;
  readonly generation: number;
  readonly tabs: readonly SeenTab[];
}

/** What a call was answered. */
export interface Seen {
  /** An outcome, `done`, or the reason of the refusal. */
  readonly said: string;
  /** The chunk's tab, in an answer to a chunk that was not refused. */
  readonly tab?: SeenTab;
  /** The session, in an answer that shows all of it. */
  readonly session?: SeenSession;
}

/** What an answer to a chunk shows of its tab. */
export function seenTab(tabIds: readonly string[], state: TabUploadState): SeenTab {
  return {
    tab: tabIds.indexOf(state.tabId),
    durableThrough: Number(state.durableThrough),
    missing: state.missing.map(({ first, last }) => [Number(first), Number(last)] as const),
    lastSeq: Number(state.lastSeq),
    needsFullSnapshot: state.needsFullSnapshot,
  };
}

/** What an upload state shows. */
export function seenSession(tabIds: readonly string[], state: UploadState): SeenSession {
  const tabs = state.tabs.map((tab) => seenTab(tabIds, tab));
  return { state: SessionState[state.state], generation: state.generation, tabs };
}

/** What an answer must show of a tab. */
export function modelledTab(name: number, tab: TabModel): SeenTab {
  return {
    tab: name,
    durableThrough: durableThrough(tab),
    missing: missing(tab),
    lastSeq: tab.lastSeq,
    needsFullSnapshot: needsFullSnapshot(tab),
  };
}

/** What an upload state must show; tabs in the order of their ids. */
export function modelledSession({ state, generation, tabs }: SessionModel): SeenSession {
  const inOrder = [...tabs].toSorted(([a], [b]) => a - b);
  return { state, generation, tabs: inOrder.map(([name, tab]) => modelledTab(name, tab)) };
}
