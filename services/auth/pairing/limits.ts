/** How long the codes of a pairing are good, in seconds. */
export const PAIRING_S = 600;
/** The least time between two questions of a device, in seconds (RFC 8628 §3.5: the default, and what is added). */
export const POLL_INTERVAL_S = 5;
/** Wrong user codes that a person may enter in WRONG_CODES_MS. */
export const MAX_WRONG_CODES = 5;
/** How long a wrong user code counts, in milliseconds. */
export const WRONG_CODES_MS = 10 * 60_000;
/** Pairings under way in the whole instance: anybody may start one, so the table is bounded. */
export const MAX_PAIRINGS = 10_000;
