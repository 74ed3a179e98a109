import type { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { IngestClient, IngestUnderTest } from "./ingest-under-test.ts";

/** Where a session stands, and the generations that other services were told to analyse. */
export interface SessionStanding {
  readonly state: SessionState | undefined;
  readonly generation: number | undefined;
  readonly told: readonly number[];
}

/** Looks where a session stands. */
export async function standingOf(
  { database }: IngestUnderTest,
  client: IngestClient,
  sessionId: string,
): Promise<SessionStanding> {
  const { session } = await client.getSession({ sessionId });
  const rows = await database.owner
    .selectFrom("outbox")
    .select("generation")
    .where("session_id", "=", sessionId)
    .where("kind", "=", "completed")
    .orderBy("outbox_id")
    .execute();
  return { state: session?.state, generation: session?.generation, told: rows.map(({ generation }) => generation) };
}
