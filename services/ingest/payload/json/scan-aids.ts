import { TokenHints } from "../../scrub/token-hint.ts";

/** What tokenize wants beside the bytes of a text: made once for all the values in it. */
export class ScanAids {
  /** The same bytes, for reading four at a time. */
  readonly view: DataView;
  readonly hints: TokenHints;

  constructor(bytes: Buffer) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.hints = new TokenHints(bytes);
  }
}
