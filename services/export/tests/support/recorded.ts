import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { newId } from "@gigtrail/platform/ids";
import type { FakeChunk, FakeSession, FakeSources, SessionInit } from "./fake-sources.ts";

/** Events that are awkward to write: quotation marks, line ends, other scripts, spaces, a lone surrogate's escape. */
export const EVENTS = [
  '{"type":4,"timestamp":1700000000000,"data":{"href":"https://www.upwork.com/jobs/~01"}}',
  '{"type":3, "timestamp":1700000000001.5, "data":{"text":"say \\"hi\\", ok?\\r\\n=1+1"}}',
  '{"timestamp":1700000000002,"type":5,"data":{"tag":"gt.nav","payload":{"title":"日本語 🎉 \u2028 \\ud800"}}}',
];

/** A chunk of these events. */
export function chunk(tabId: string, seq: number, events: readonly string[]): FakeChunk {
  return { tabId, seq, lines: Buffer.from(events.map((event) => `${event}\n`).join("")) };
}

/** Puts a session there with two tabs, three chunks, and two visits. */
export function putRecorded(
  sources: FakeSources,
  workspaceId: string,
  userId: string,
  init: SessionInit = {},
): FakeSession {
  const [first, second] = [newId(), newId()].sort();
  if (first === undefined || second === undefined) throw new Error("no tabs");
  const chunks = [chunk(first, 0, EVENTS), chunk(first, 1, EVENTS.slice(0, 1)), chunk(second, 0, EVENTS.slice(1))];
  const visit = {
    tabId: first,
    pageKind: "job_detail",
    url: "https://www.upwork.com/jobs/~021950000000000000001",
    enterTime: timestampFromMs(1_700_000_000_123),
    leaveTime: timestampFromMs(1_700_000_012_500),
    activeTime: durationFromMs(12_345),
    idleTime: durationFromMs(32),
    jobKey: "~021950000000000000001",
  };
  return sources.put(workspaceId, userId, {
    chunks: () => chunks,
    visits: [
      { ...visit, ordinal: 0 },
      { tabId: second, ordinal: 1, pageKind: "other", url: 'https://www.upwork.com/x,"y"', pathPattern: "/x/:id" },
    ],
    ...init,
  });
}

/** The events of a session as they are to come out: the raw text of each with where it belongs. */
export function eventsOf(session: FakeSession): { session_id: string; tab_id: string; seq: number; event: string }[] {
  return [...session.chunks()].flatMap(({ tabId, seq, lines }) =>
    Buffer.from(lines)
      .toString()
      .split("\n")
      .slice(0, -1)
      .map((event) => ({ session_id: session.sessionId, tab_id: tabId, seq, event })),
  );
}
