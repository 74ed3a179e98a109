import { DELETED_SESSION, LARGE_SESSION, SESSIONS } from "./names.ts";
import type { People } from "./people.ts";

/** Makes the sessions that requests name. */
export async function prepareSessions({ uploader, admin }: People): Promise<void> {
  for (const account of [uploader, admin]) {
    const { ingest } = await account.member();
    for (const sessionId of [...SESSIONS, LARGE_SESSION, DELETED_SESSION]) await ingest.createSession({ sessionId });
    await ingest.deleteSession({ sessionId: DELETED_SESSION });
  }
}
