import { type DescMessage, fromJson, type JsonValue, type MessageShape } from "@bufbuild/protobuf";
import { NavSchema, VisibilitySchema } from "@gigtrail/proto/gen/gigtrail/event/v1/recorder_event_pb";
import type { Signal } from "./signal.ts";

/** Tags of the recorder events that a signal is read from. */
export const NAV_TAG = "gt.nav";
export const VISIBILITY_TAG = "gt.visibility";
export const ACTION_TAG = "gt.action";

/**
 * The signal of an rrweb custom event. Undefined where the payload is none that the tag promises; what has another tag
 * (other tools', later recorders') says nothing.
 */
export function recorderSignal(tag: string, payload: JsonValue): Signal | undefined {
  switch (tag) {
    case NAV_TAG: {
      const nav = readPayload(NavSchema, payload);
      return nav === undefined || nav.url === "" ? undefined : { what: "page", url: nav.url, title: nav.title };
    }
    case VISIBILITY_TAG: {
      const visibility = readPayload(VisibilitySchema, payload);
      return visibility && { what: "visibility", visible: visibility.visible };
    }
    case ACTION_TAG:
      return { what: "touch" };
    default:
      return { what: "nothing" };
  }
}

function readPayload<Desc extends DescMessage>(schema: Desc, payload: JsonValue): MessageShape<Desc> | undefined {
  try {
    return fromJson(schema, payload, { ignoreUnknownFields: true });
  } catch {
    // The caller counts it as unusable.
    return undefined;
  }
}
