import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { type EventHead, peekEvent } from "./peek-event.ts";
import { ACTION_TAG, NAV_TAG, recorderSignal, VISIBILITY_TAG } from "./recorder-event.ts";
import type { AnalysedEvent, Signal } from "./signal.ts";

/** Lines shorter than this are parsed whole, which is as fast as walking over them (measured, see peekEvent). */
const PEEK_FROM_CHARS = 2_048;

// rrweb's EventType.
const INCREMENTAL = 3;
const META = 4;
const CUSTOM = 5;
const LAST_TYPE = 6;

/**
 * rrweb's IncrementalSource values that come from the user: mouse move, mouse interaction, scroll, input, touch move,
 * media interaction, drag, selection.
 */
const TOUCH_SOURCES: ReadonlySet<JsonValue | undefined> = new Set([1, 2, 3, 5, 6, 7, 12, 14]);

const NOTHING: Signal = { what: "nothing" };
const TOUCH: Signal = { what: "touch" };

/** Reads one event from its JSON. Undefined for what is no usable rrweb event of the types 0 to 6. Never throws. */
export function readEvent(line: string): AnalysedEvent | undefined {
  const head = line.length < PEEK_FROM_CHARS ? undefined : peekEvent(line);
  if (head !== undefined && !needsWhole(head)) {
    return eventOf(head.type, head.timestamp, { source: head.source ?? null, tag: head.tag ?? null });
  }
  const event = parseObject(line);
  return event && eventOf(event["type"], event["timestamp"], event["data"]);
}

function needsWhole(head: EventHead): boolean {
  return head.type === META || (head.type === CUSTOM && (head.tag === NAV_TAG || head.tag === VISIBILITY_TAG));
}

function parseObject(line: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(line);
    return asObject(value);
  } catch {
    // The caller counts it as unusable.
    return undefined;
  }
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

function eventOf(
  type: JsonValue | undefined,
  timestampMs: JsonValue | undefined,
  data: JsonValue | undefined,
): AnalysedEvent | undefined {
  if (typeof type !== "number" || !Number.isInteger(type) || type < 0 || type > LAST_TYPE) return undefined;
  if (typeof timestampMs !== "number" || !Number.isFinite(timestampMs)) return undefined;
  const signal = signalOf(type, asObject(data) ?? {});
  return signal && { timestampMs, signal };
}

function signalOf(type: number, data: JsonObject): Signal | undefined {
  switch (type) {
    case INCREMENTAL:
      return TOUCH_SOURCES.has(data["source"]) ? TOUCH : NOTHING;
    case META: {
      const { href } = data;
      return typeof href === "string" ? { what: "page", url: href, title: undefined } : undefined;
    }
    case CUSTOM: {
      const { tag, payload } = data;
      if (tag === ACTION_TAG) return TOUCH;
      return typeof tag === "string" ? recorderSignal(tag, payload ?? null) : NOTHING;
    }
    default:
      return NOTHING;
  }
}
