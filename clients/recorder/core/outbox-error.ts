/** Why the outbox does not take something. */
export type OutboxReason =
  /** It holds as many bytes as it may; what came was not stored. */
  | "outbox_full"
  /** There is no such session or tab in it, or the session was finished. */
  | "session_not_open";

/** The outbox refused something. The message says what to do. */
export class OutboxError extends Error {
  override readonly name = "OutboxError";
  /** Why, as a stable snake_case word. */
  readonly reason: OutboxReason;
  /** The events that came are counted already, to be reported with the next chunk of their tab. */
  readonly counted: boolean;

  constructor(reason: OutboxReason, options: { counted?: boolean; cause?: unknown } = {}) {
    super(SENTENCES[reason], { cause: options.cause });
    this.reason = reason;
    this.counted = options.counted ?? false;
  }
}

const SENTENCES: Readonly<Record<OutboxReason, string>> = {
  outbox_full: "The outbox is full; record again when chunks have been uploaded or discarded.",
  session_not_open: "The session is not open; start another one.",
};
