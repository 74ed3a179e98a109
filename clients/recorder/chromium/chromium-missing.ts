/** There is no Chromium on this machine. */
export class ChromiumMissing extends Error {
  override readonly name = "ChromiumMissing";
  /** Stable word for programs. */
  readonly reason = "chromium_missing";

  constructor() {
    super("There is no Chromium. Install one, or name its path in the environment as CHROMIUM.");
  }
}
