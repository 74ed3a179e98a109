/** Longest name that a session takes, in characters. */
const MAX_NAME_LENGTH = 200;

/** A name for a session that the server takes: cut to its limit, never within a character. */
export function sessionName(name: string): string {
  return Array.from(name).slice(0, MAX_NAME_LENGTH).join("");
}
