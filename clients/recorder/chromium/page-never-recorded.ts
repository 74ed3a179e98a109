/** The page is one that is never recorded: sign-in, tax, payout, settings. */
export class PageNeverRecorded extends Error {
  override readonly name = "PageNeverRecorded";
  /** Stable word for programs; the same as the server's for such a page. */
  readonly reason = "page_never_recorded";

  constructor() {
    super("A page at this address is never recorded (sign-in, tax, payout, settings).");
  }
}
