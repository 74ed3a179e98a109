import { fromJsonString } from "@bufbuild/protobuf";
import { AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { type LiveEvent, LiveEventSchema } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";

/** A live stream that is being read. */
export interface LiveStream {
  /** Resolves with the first event that the check accepts. */
  until(accepts: (event: LiveEvent) => boolean): Promise<LiveEvent>;
  close(): void;
}

/** Reads `GET /v1/events` (server-sent events) and hands each event on. */
export async function openLiveStream(
  url: string,
  accessToken: string,
  heard: (event: LiveEvent) => void,
): Promise<LiveStream> {
  const closing = new AbortController();
  const response = await fetch(`${url}/v1/events`, {
    headers: { authorization: `Bearer ${accessToken}` },
    signal: closing.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`/v1/events answered ${response.status}`);
  const waiting = new Set<(event: LiveEvent) => void>();
  const reading = (async () => {
    for await (const event of parseEvents(response.body ?? new ReadableStream())) {
      heard(event);
      for (const tell of waiting) tell(event);
    }
  })();
  // Closing ends the reading with an abort, which is no trouble to anyone.
  reading.catch(() => undefined);
  return {
    until: (accepts) =>
      new Promise((resolve) => {
        const tell = (event: LiveEvent) => {
          if (!accepts(event)) return;
          waiting.delete(tell);
          resolve(event);
        };
        waiting.add(tell);
      }),
    close: () => closing.abort(),
  };
}

async function* parseEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveEvent> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of body) {
    text += decoder.decode(part, { stream: true });
    const messages = text.split("\n\n");
    text = messages.pop() ?? "";
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (data !== undefined && !message.startsWith("event: end")) yield fromJsonString(LiveEventSchema, data);
    }
  }
}

/** Whether an event says that a session's analysis is over. */
export function analysisEnded(sessionId: string): (event: LiveEvent) => boolean {
  return ({ change }) =>
    change.case === "analysis" &&
    change.value.sessionId === sessionId &&
    (change.value.state === AnalysisState.DONE || change.value.state === AnalysisState.FAILED);
}
