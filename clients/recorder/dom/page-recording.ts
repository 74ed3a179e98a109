import { safeUrl } from "@gigtrail/upwork/safe-url";
import { record } from "@rrweb/record";
import { actionSender } from "./action-sender.ts";
import { isPrivate } from "./capture-selectors.ts";
import { EventGate } from "./event-gate.ts";
import { type Answer, netEvent } from "./graphql-answer.ts";
import { MAX_JSON_LENGTH, readState } from "./read-state.ts";
import type { NavCause, RecorderEvents, SendRecorderEvent } from "./recorder-event.ts";
import { isRrwebEvent, type RrwebEvent } from "./rrweb-event.ts";
import { rrwebOptions } from "./rrweb-options.ts";
import { withoutFrames } from "./top-document.ts";
import type { ValueHmac } from "./value-hmac.ts";
import { watchActions } from "./watch-actions.ts";
import { watchFetch } from "./watch-fetch.ts";
import { isVisible, watchVisibility } from "./watch-visibility.ts";
import { watchXhr } from "./watch-xhr.ts";

/** Longest title of a `gt.nav`, in UTF-16 units: the contract's limit. */
const MAX_TITLE_LENGTH = 300;

/** What a recording of a page stands on. */
export interface PageRecordingSettings {
  emit(event: RrwebEvent): void;
  onError(error: unknown): void;
  mayRecordNow(): boolean;
  policyVersion: number;
  messageText: boolean;
  hmac: ValueHmac | undefined;
}

/**
 * One unbroken recording of a document. Answers of the network and addresses are listened for at once and kept until
 * the document is parsed; then come Meta, FullSnapshot, policy, address, visibility, state, and what happens.
 */
export class PageRecording {
  readonly #settings: PageRecordingSettings;
  readonly #gate: EventGate;
  readonly #undo: (() => void)[] = [];
  readonly #first: { url: string; cause: NavCause };
  #stopRrweb: (() => void) | undefined;

  constructor(settings: PageRecordingSettings, cause: NavCause) {
    this.#settings = settings;
    this.#gate = new EventGate(settings);
    this.#first = { url: safeUrl(location.href), cause };
    const onAnswer = (answer: Answer) => this.#answered(answer);
    this.#undo.push(watchFetch(onAnswer, settings.onError), watchXhr(onAnswer, settings.onError));
    this.#whenParsed(() => this.#begin());
  }

  /** The page took on another address without a load. */
  moved(cause: NavCause): void {
    // No title: pages set theirs after the address, and this would be the title of the page before.
    this.#gate.send("gt.nav", { url: safeUrl(location.href), cause, title: "" });
  }

  /** Ends the recording and puts back what was wrapped. */
  stop(): void {
    for (const undo of this.#undo.splice(0).toReversed()) undo();
    this.#gate.close();
    this.#stopRrweb?.();
  }

  #whenParsed(begin: () => void): void {
    if (document.readyState !== "loading") return begin();
    document.addEventListener("DOMContentLoaded", begin, { once: true });
    this.#undo.push(() => document.removeEventListener("DOMContentLoaded", begin));
  }

  #begin(): void {
    const { policyVersion, messageText, onError } = this.#settings;
    this.#stopRrweb = record({
      ...rrwebOptions(messageText),
      emit: (event) => isRrwebEvent(event) && this.#take(event),
      errorHandler: (error) => {
        onError(error);
        return true; // rrweb throws it into the page otherwise
      },
    });
    if (!this.#stopRrweb) return onError(new Error("rrweb did not start"));
    this.#gate.open(
      (tag, payload) => record.addCustomEvent(tag, payload),
      (send) => {
        send("gt.policy", { version: policyVersion });
        send("gt.nav", { ...this.#first, title: document.title.slice(0, MAX_TITLE_LENGTH) });
        send("gt.visibility", { visible: isVisible() });
        // After a load only: later the state is that of an earlier page.
        if (this.#first.cause === "CAUSE_LOAD") this.#sendState(send);
      },
    );
    this.#undo.push(watchVisibility((visible) => this.#gate.send("gt.visibility", { visible })));
    this.#watchActions();
  }

  #take(event: RrwebEvent): void {
    const ofPage = withoutFrames(event, (id) => record.mirror.getNode(id));
    if (ofPage) this.#gate.take(ofPage);
  }

  #watchActions(): void {
    const { messageText, hmac, onError } = this.#settings;
    const tell = actionSender({
      nodeIdOf: (node) => record.mirror.getId(node),
      isPrivate: (element) => isPrivate(element, messageText),
      send: (action) => this.#gate.send("gt.action", action),
      hmac,
      onError,
    });
    this.#undo.push(watchActions(tell, onError));
  }

  #sendState(send: SendRecorderEvent): void {
    try {
      const state = readState();
      if (state) sendJson(send, "gt.state", state);
    } catch (error) {
      this.#settings.onError(error);
    }
  }

  #answered(answer: Answer): void {
    const net = netEvent(answer);
    if (net) sendJson(this.#gate.send, "gt.net", net);
  }
}

function sendJson<T extends "gt.state" | "gt.net">(send: SendRecorderEvent, tag: T, payload: RecorderEvents[T]): void {
  if (payload.json.length > MAX_JSON_LENGTH) send("gt.dropped", { count: 1, reason: "event_too_large" });
  else send(tag, payload);
}
