import { EventType, IncrementalSource, type incrementalData, type mutationData } from "@rrweb/types";
import type { RrwebEvent } from "./rrweb-event.ts";

/** The node of an rrweb id; null for one that it does not know. */
export type NodeOf = (id: number) => Node | null;

/**
 * An event without what happened inside frames; undefined where nothing is left. rrweb records frames of the same
 * origin even where they are blocked, and a frame's own address may be one that is never recorded.
 */
export function withoutFrames(event: RrwebEvent, nodeOf: NodeOf): RrwebEvent | undefined {
  if (event.type !== EventType.IncrementalSnapshot) return event;
  const inPage = (id: number) => {
    const node = nodeOf(id);
    return node === null || (node.ownerDocument ?? node) === document;
  };
  const data = dataWithoutFrames(event.data, inPage);
  return data && { ...event, data };
}

function dataWithoutFrames(data: incrementalData, inPage: (id: number) => boolean): incrementalData | undefined {
  switch (data.source) {
    case IncrementalSource.Mutation:
      return mutationsInPage(data, inPage);
    case IncrementalSource.MouseMove:
    case IncrementalSource.TouchMove:
    case IncrementalSource.Drag: {
      const positions = data.positions.filter(({ id }) => inPage(id));
      return positions.length > 0 ? { ...data, positions } : undefined;
    }
    case IncrementalSource.Selection: {
      const ranges = data.ranges.filter(({ start, end }) => inPage(start) && inPage(end));
      return ranges.length === data.ranges.length ? data : undefined;
    }
    default:
      return "id" in data && data.id !== undefined && !inPage(data.id) ? undefined : data;
  }
}

function mutationsInPage(data: mutationData, inPage: (id: number) => boolean): mutationData | undefined {
  const kept = {
    adds: data.adds.filter(({ node }) => inPage(node.id)),
    removes: data.removes.filter(({ parentId }) => inPage(parentId)),
    texts: data.texts.filter(({ id }) => inPage(id)),
    attributes: data.attributes.filter(({ id }) => inPage(id)),
  };
  const left = kept.adds.length + kept.removes.length + kept.texts.length + kept.attributes.length;
  return left > 0 ? { ...data, ...kept } : undefined;
}
