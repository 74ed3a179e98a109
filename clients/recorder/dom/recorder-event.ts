/**
 * Recorder events: what rrweb cannot see, sent as rrweb custom events. The shapes are the JSON form of
 * proto/gigtrail/event/v1/recorder_event.proto; they are written out here because what runs in a page must stay small,
 * and packages/samples/tests checks them against the contract.
 */
export interface RecorderEvents {
  /** The page's address changed. */
  "gt.nav": { url: string; cause: NavCause; title: string };
  /** The tab came to the front or went to the back. */
  "gt.visibility": { visible: boolean };
  /** The user did something. */
  "gt.action": ActionEvent;
  /** The allow-listed part of the page's own state, as JSON text. */
  "gt.state": { source: StateSource; json: string };
  /** The allow-listed part of an answer that the page fetched, as JSON text. */
  "gt.net": { url: string; status: number; durationMs: number; json: string };
  /** Events that were let go. */
  "gt.dropped": { count: number; reason: DropReason };
  /** The capture policy followed from here on. */
  "gt.policy": { version: number };
}

/** Tag of a recorder event. */
export type RecorderTag = keyof RecorderEvents;

/** How an address came about. */
export type NavCause = "CAUSE_LOAD" | "CAUSE_PUSH" | "CAUSE_REPLACE" | "CAUSE_POP";

/** Where a page's state was read. */
export type StateSource = "SOURCE_NUXT2" | "SOURCE_NUXT3";

/** Why events were let go. */
export type DropReason = "mutation_budget" | "outbox_full" | "event_too_large";

/** What a user did. */
export type ActionKind =
  "KIND_CLICK" | "KIND_INPUT" | "KIND_SELECT" | "KIND_COPY" | "KIND_PASTE" | "KIND_SUBMIT" | "KIND_KEY";

/** Payload of `gt.action`; never holds a value, only its length and, with a key, its hash. */
export interface ActionEvent {
  kind: ActionKind;
  nodeId: number;
  role: string;
  label: string;
  valueLength: number;
  valueHmac: string;
  key: string;
}

/** Sends one recorder event. */
export type SendRecorderEvent = <T extends RecorderTag>(tag: T, payload: RecorderEvents[T]) => void;
