/** A session that nobody reads by chance: what is in it takes long. */
export const LARGE_SESSION = idOf(6, 0);
/** Sessions that there are, of whoever sends; the same ids in every run, so that a case can be played again. */
export const SESSIONS: readonly string[] = Array.from({ length: 24 }, (_, at) => idOf(1, at));
/** The tabs that they have. */
export const TABS: readonly string[] = Array.from({ length: 4 }, (_, at) => idOf(2, at));
/** A session that each sender has deleted. */
export const DELETED_SESSION = idOf(3, 0);
/** The session of the witness, who is somebody else. */
export const WITNESS_SESSION = idOf(4, 0);
/** Its tab. */
export const WITNESS_TAB = idOf(4, 1);
/** A session that never was. */
export const UNKNOWN_SESSION = idOf(5, 0);

/** A UUIDv7 of its own for each kind and place. */
function idOf(kind: number, at: number): string {
  return `01934c2e-7d0${kind}-7000-8000-${String(at).padStart(12, "0")}`;
}
