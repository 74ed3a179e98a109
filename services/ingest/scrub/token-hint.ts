const HINTS = ["eyJ", "oauth2v2_", "earer", "EARER"].map((hint) => Buffer.from(hint));

/**
 * Whether the text may hold one of the tokens of token-patterns.ts. They consist of letters that stand in any text, so
 * strings cannot be told apart byte by byte; a text with a hint has all its strings looked at. A prefilter only: it
 * decides how much is read, never what is masked.
 */
export function hasTokenHint(bytes: Buffer): boolean {
  return HINTS.some((hint) => bytes.includes(hint));
}
