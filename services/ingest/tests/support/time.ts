import { sql } from "kysely";
import type { IngestUnderTest } from "./ingest-under-test.ts";

/** Has all that happened in a session have happened so many minutes earlier. */
export async function age({ database }: IngestUnderTest, sessionId: string, minutes: number): Promise<void> {
  const ago = sql`${minutes} * interval '1 minute'`;
  await sql`update ingest.tabs set last_receive_time = last_receive_time - ${ago}
             where session_id = ${sessionId}`.execute(database.owner);
  await sql`update ingest.sessions set touch_time = touch_time - ${ago}, create_time = create_time - ${ago}
             where session_id = ${sessionId}`.execute(database.owner);
}
