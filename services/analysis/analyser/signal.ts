/** What an event says about where the user is and whether they do something. */
export type Signal =
  /** The tab shows the page at `url`; `title` is undefined where the event does not carry one. */
  | { readonly what: "page"; readonly url: string; readonly title: string | undefined }
  /** The tab came to the front or went to the back. */
  | { readonly what: "visibility"; readonly visible: boolean }
  /** The user did something in the tab. */
  | { readonly what: "touch" }
  /** Neither: mutations, snapshots, other tools' events. */
  | { readonly what: "nothing" };

/** An event as the analyser sees it. */
export interface AnalysedEvent {
  /** Its time as sent, finite; may have a fraction, may be absurd. */
  readonly timestampMs: number;
  readonly signal: Signal;
}
