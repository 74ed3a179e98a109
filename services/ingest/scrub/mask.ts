/** What stands in place of a masked value, or of the secret part of a text: as long for every secret. */
export const MASK = "*****";

/** Whether nothing is left to mask in a value that is masked whole: it is empty, or the recorder masked it already. */
export function isMasked(text: string): boolean {
  return /^\**$/.test(text);
}
