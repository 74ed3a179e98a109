import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { LiveEventSchema } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";
import type { Bus } from "./bus/bus.ts";

/** The subject of a workspace's progress; the gateway listens to `progress.<workspace>`. */
export function progressSubject(workspaceId: string): string {
  return `progress.${workspaceId}`;
}

/** Tells live viewers how something stands now. One that is lost costs nothing: the next says it all. */
export function broadcastProgress(bus: Bus, event: MessageInitShape<typeof LiveEventSchema> & { workspaceId: string }) {
  bus.broadcast(progressSubject(event.workspaceId), toBinary(LiveEventSchema, create(LiveEventSchema, event)));
}
