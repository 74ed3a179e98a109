import { fromJsonString } from "@bufbuild/protobuf";
import { type LiveEvent, LiveEventSchema } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";

/** A stream of `GET /v1/events` that is being read. */
export interface LiveStream {
  /** What has come, in its order. */
  readonly events: LiveEvent[];
  /** Comments that have come: `connected`, `heartbeat`. */
  readonly comments: string[];
  /** The data of the event `end`, or empty where the stream was closed without one. */
  readonly ended: Promise<string>;
  close(): void;
}

/** Opens a live stream and waits for its first line. */
export async function openLive(url: string, token: string): Promise<LiveStream> {
  const closing = new AbortController();
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/v1/events`, { headers, signal: closing.signal });
  if (response.status !== 200 || response.body === null) throw new Error(`/v1/events answered ${response.status}`);
  const events: LiveEvent[] = [];
  const comments: string[] = [];
  const connected = Promise.withResolvers<void>();
  const ended = read(response.body, ({ event, data, comment }) => {
    if (comment !== undefined) comments.push(comment);
    else if (event !== "end") events.push(fromJsonString(LiveEventSchema, data));
    connected.resolve();
  }).catch((error: unknown) => {
    if (closing.signal.aborted) return "";
    throw error;
  });
  await connected.promise;
  return { events, comments, ended, close: () => closing.abort() };
}

interface Message {
  readonly event: string;
  readonly data: string;
  readonly comment: string | undefined;
}

async function read(body: ReadableStream<Uint8Array>, heard: (message: Message) => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let end = "";
  for await (const part of body) {
    text += decoder.decode(part, { stream: true });
    const messages = text.split("\n\n");
    text = messages.pop() ?? "";
    for (const message of messages) {
      const event = /^event: (.*)$/m.exec(message)?.[1] ?? "";
      const data = /^data: (.*)$/m.exec(message)?.[1] ?? "";
      if (event === "end") end = data;
      heard({ event, data, comment: /^: (.*)$/m.exec(message)?.[1] });
    }
  }
  return end;
}
