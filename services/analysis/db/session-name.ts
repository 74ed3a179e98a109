import { sql } from "kysely";

/** A session; its id was made by a client and is unique within its workspace only. */
export interface SessionName {
  readonly workspaceId: string;
  readonly sessionId: string;
}

/** The kind of the jobs that analyse a session. */
export const ANALYSE = "analyse";

/** The key of a session's job. */
export function jobKeyOf({ workspaceId, sessionId }: SessionName): string {
  return `${workspaceId}/${sessionId}`;
}

/** The same in SQL, of a row `a` of the table of analyses. */
export const jobKeyOfRow = sql<string>`(a.workspace_id || '/' || a.session_id)`;
