import { MAX_EVENT_TIME_MS, MIN_EVENT_TIME_MS } from "@gigtrail/platform/event-time";
import { KEY } from "./json/key-codes.ts";
import { type JsonText, NO_MEMBER, SEVERAL } from "./json/json-text.ts";
import { TOKEN } from "./json/tape.ts";
import { MAX_EVENT_TYPE } from "./limits.ts";

/** rrweb's event types that ingest has to tell apart (rrweb EventType). */
export const EVENT_TYPE = { FULL_SNAPSHOT: 2, INCREMENTAL: 3, META: 4, CUSTOM: 5, PLUGIN: 6 } as const;

/** rrweb's sources of incremental events that ingest has to tell apart (rrweb IncrementalSource). */
export const SOURCE = { MUTATION: 0, INPUT: 5 } as const;

/** What an event says of itself. */
export interface EventHead {
  readonly type: number;
  /** Milliseconds since 1970, maybe with a fraction. */
  readonly timestampMs: number;
  /** Token of `data`, undefined without one. */
  readonly data: number | undefined;
  /** `data.source`; undefined where it is no number. */
  readonly source: number | undefined;
  /** `data.tag`; undefined where it is no string. */
  readonly tag: string | undefined;
}

/** What becomes of an event that is no event, or that two readers could read differently. */
export type HeadFault = "event_invalid" | "scrub_failed";

const EVENT = 0;

/**
 * Reads what an event says of itself, or why it cannot be taken. Readers of JSON differ on which of two equal keys
 * holds; where one decides what is masked, the event is refused instead of trusted.
 */
export function readHead(event: JsonText): EventHead | HeadFault {
  if (event.tape.kind(EVENT) !== TOKEN.OBJECT) return "event_invalid";
  const typeAt = event.member(EVENT, KEY.TYPE);
  const timestampAt = event.member(EVENT, KEY.TIMESTAMP);
  const dataAt = event.member(EVENT, KEY.DATA);
  if (typeAt === SEVERAL || timestampAt === SEVERAL || dataAt === SEVERAL) return "scrub_failed";
  const type = numberAt(event, typeAt);
  const timestampMs = numberAt(event, timestampAt);
  if (type === undefined || !isEventType(type)) return "event_invalid";
  if (timestampMs === undefined || !isEventTime(timestampMs)) return "event_invalid";
  const data = dataAt === NO_MEMBER ? undefined : dataAt;
  if (data === undefined || (type !== EVENT_TYPE.INCREMENTAL && type !== EVENT_TYPE.CUSTOM)) {
    return { type, timestampMs, data, source: undefined, tag: undefined };
  }
  const sourceAt = event.member(data, KEY.SOURCE);
  const tagAt = event.member(data, KEY.TAG);
  if (sourceAt === SEVERAL || tagAt === SEVERAL) return "scrub_failed";
  const tag = tagAt === NO_MEMBER ? undefined : event.string(tagAt);
  return { type, timestampMs, data, source: numberAt(event, sourceAt), tag };
}

function numberAt(event: JsonText, at: number): number | undefined {
  return at === NO_MEMBER ? undefined : event.number(at);
}

function isEventType(type: number): boolean {
  return Number.isInteger(type) && type >= 0 && type <= MAX_EVENT_TYPE;
}

function isEventTime(timestampMs: number): boolean {
  return timestampMs >= MIN_EVENT_TIME_MS && timestampMs <= MAX_EVENT_TIME_MS;
}
