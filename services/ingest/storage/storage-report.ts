import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { create } from "@bufbuild/protobuf";
import type { Tx } from "@gigtrail/platform/db/database";
import {
  type GetStorageReportResponse,
  GetStorageReportResponseSchema,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestSchema } from "../db/schema.ts";

/** Reads what a workspace has stored: how many sessions, and of those whose events can be read, how much. */
export async function readStorageReport(tx: Tx<IngestSchema>, workspaceId: string): Promise<GetStorageReportResponse> {
  const sessions = await tx
    .selectFrom("sessions")
    .select(({ fn }) => [
      fn.countAll<number>().as("all"),
      fn.countAll<number>().filterWhere("events_expire_time", "is", null).as("readable"),
      fn.min("create_time").filterWhere("events_expire_time", "is", null).as("oldest"),
    ])
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirstOrThrow();
  const tabs = await tx
    .selectFrom("tabs")
    .innerJoin("sessions", (join) =>
      join
        .onRef("sessions.workspace_id", "=", "tabs.workspace_id")
        .onRef("sessions.session_id", "=", "tabs.session_id"),
    )
    .select(({ fn, cast }) => [
      cast<number | null>(fn.sum("event_count"), "int8").as("events"),
      cast<number | null>(fn.sum("raw_bytes"), "int8").as("raw_bytes"),
      cast<number | null>(fn.sum("stored_bytes"), "int8").as("stored_bytes"),
    ])
    .where("tabs.workspace_id", "=", workspaceId)
    .where("events_expire_time", "is", null)
    .executeTakeFirstOrThrow();
  const { all, readable, oldest } = sessions;
  return create(GetStorageReportResponseSchema, {
    sessions: BigInt(all),
    readableSessions: BigInt(readable),
    events: BigInt(tabs.events ?? 0),
    rawBytes: BigInt(tabs.raw_bytes ?? 0),
    storedBytes: BigInt(tabs.stored_bytes ?? 0),
    ...(oldest === null ? {} : { oldestCreateTime: timestampFromDate(oldest) }),
  });
}
