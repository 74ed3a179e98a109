import { createFetchPort } from "../../../core/fetch-port.ts";
import { createIndexedDbStore } from "../../../core/indexed-db-store.ts";
import { openRecorder, type Recorder } from "../../../core/open-recorder.ts";

/** What a test asks a context to record. */
export interface RecordRequest {
  tabId: string;
  /** Number of the first event; each append has two. */
  from: number;
  appends: number;
}

/** What a page or a service worker of the test does; the same script runs in both. */
export interface TestContext {
  /** Opens the recorder of this context; without `uploads` another context uploads. */
  open(uploads: boolean): Recorder;
  /** Appends numbered events, one append after the other, and tells of each that is acknowledged. */
  record(recorder: Recorder, request: RecordRequest, onAcknowledged: (numbers: number[]) => void): Promise<void>;
}

declare global {
  // eslint-disable-next-line no-var -- `var` is how TypeScript declares a global
  var outboxTest: TestContext;
}

globalThis.outboxTest = {
  open: (uploads) =>
    openRecorder({
      store: createIndexedDbStore(),
      port: uploads
        ? createFetchPort({ baseUrl: location.origin, accessToken: () => Promise.resolve("token") })
        : undefined,
      limits: { maxEvents: 3, maxWaitMs: 3 },
      retry: { baseDelayMs: 10, maxDelayMs: 100 },
    }),
  async record(recorder, { tabId, from, appends }, onAcknowledged) {
    for (let turn = 0; turn < appends; turn += 1) {
      const numbers = [from + 2 * turn, from + 2 * turn + 1];
      await recorder.appendEvents(
        tabId,
        numbers.map((timestamp) => ({ type: 3, timestamp })),
      );
      onAcknowledged(numbers);
    }
  },
};

/** In a service worker: one recorder for its life, told by messages what to do. */
function serveMessages(): void {
  const recorder = outboxTest.open(true);
  addEventListener("message", (event: MessageEvent<RecordRequest | { finish: string }>) => {
    const { data, source } = event;
    if ("finish" in data) void recorder.finishSession(data.finish);
    else void outboxTest.record(recorder, data, (numbers) => source?.postMessage(numbers));
  });
}

if (typeof document === "undefined") serveMessages();
