import { pageGate } from "./page-gate.ts";
import { PageRecording } from "./page-recording.ts";
import type { NavCause } from "./recorder-event.ts";
import type { RrwebEvent } from "./rrweb-event.ts";
import { valueHmac } from "./value-hmac.ts";
import { watchHistory } from "./watch-history.ts";

/** What a recorder needs to know. */
export interface RecorderOptions {
  /** Takes each event, in order. What it throws goes to `onError`; the page never sees it. */
  emit(event: RrwebEvent): void;
  /** Version of the capture policy that is followed; 1 is the default policy. */
  policyVersion: number;
  /** Whether the policy takes the text of messages; off unless said. */
  messageText?: boolean;
  /** The workspace's key for hashes of values: HMAC, SHA-256, usage `sign`. Without it values are only measured. */
  valueKey?: CryptoKey;
  /** Told of everything that went wrong inside the recorder. */
  onError?(error: unknown): void;
}

/**
 * Records the page that it runs in: rrweb events and recorder events, until the returned function is called, which also
 * puts back whatever was wrapped. It belongs into the page's own world, at document start (fetch, history and
 * `window.__NUXT__` are the page's); the recording itself begins when the document is parsed, with Meta and
 * FullSnapshot first.
 *
 * On a page that is never recorded it emits nothing and wraps nothing but the history: it begins when the page moves on
 * to an address that may be recorded, and it pauses before a page moves to one that may not. In a frame it does nothing.
 */
export function startRecorder(options: RecorderOptions): () => void {
  if (window.top !== window) return () => {};
  const onError = options.onError ?? (() => {});
  const mayRecordNow = pageGate();
  const settings = {
    emit: options.emit,
    onError,
    mayRecordNow,
    policyVersion: options.policyVersion,
    messageText: options.messageText ?? false,
    hmac: options.valueKey && valueHmac(options.valueKey),
  };
  let recording: PageRecording | undefined;
  const follow = (cause: NavCause) => {
    if (!mayRecordNow()) {
      recording?.stop();
      recording = undefined;
    } else if (recording) {
      recording.moved(cause);
    } else {
      recording = new PageRecording(settings, cause);
    }
  };
  // Taken out of the back/forward cache: other documents of this tab were recorded meanwhile.
  const onShow = (event: PageTransitionEvent) => {
    if (!event.persisted) return;
    recording?.stop();
    recording = undefined;
    follow("CAUSE_POP");
  };
  const unwatch = watchHistory(follow, onError);
  addEventListener("pageshow", onShow);
  follow("CAUSE_LOAD");
  return () => {
    unwatch();
    removeEventListener("pageshow", onShow);
    recording?.stop();
    recording = undefined;
  };
}
