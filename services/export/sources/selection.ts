import type { Scope } from "@gigtrail/platform/rpc/caller";

/**
 * The sessions that an export is about. A service token sees a whole workspace, so every read holds to this: what the
 * asking member might not see is not there.
 */
export interface Selection extends Scope {
  /** These sessions; empty: all in scope. */
  readonly sessionIds: readonly string[];
}

/** The ids of a request, each once, written as they are stored. */
export function distinctIds(sessionIds: readonly string[]): string[] {
  return [...new Set(sessionIds.map((id) => id.toLowerCase()))];
}
