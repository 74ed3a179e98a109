/*
 * What a spreadsheet takes for a formula (OWASP, CSV Injection): a cell that begins with = + - @, their full-width
 * forms, tab, carriage return or line feed. Some trim a cell before they look, so leading white space does not help;
 * and apostrophes before it count as well, so that removing one apostrophe from every cell that matches gives back
 * what was exported.
 */
const FORMULA = /^'*(?:[\t\r\n]|[\s\u0000\u200B\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u;

/** Text that no spreadsheet takes for a formula: with an apostrophe in front where it would. */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
