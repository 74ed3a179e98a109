/*
 * What a spreadsheet takes for a formula (OWASP, CSV Injection): a cell that begins with = + - @, their full-width
 * forms, tab, carriage return or line feed. Some trim a cell before they look, so white space, control and format
 * characters in front do not help. Apostrophes in front do not either, so that what was exported can be had back:
 * remove one apostrophe from every text that begins with one and matches.
 */
const FORMULA = /^'*(?:[\t\r\n]|[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u;

/** Text that no spreadsheet takes for a formula: with an apostrophe in front where it would. */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
