import { EventType, type eventWithTime } from "@rrweb/types";

/** One rrweb event as the recorder hands it out and as a chunk carries it: types 0 to 6, milliseconds since 1970. */
export type RrwebEvent = eventWithTime;

/** Whether an event is of the types 0 to 6; rrweb's declarations know a later one, which its recorder never emits. */
export function isRrwebEvent(event: { type: number; timestamp: number }): event is RrwebEvent {
  return event.type >= EventType.DomContentLoaded && event.type <= EventType.Plugin;
}
