import { toStorableDate } from "@gigtrail/platform/event-time";
import type { Scope } from "@gigtrail/platform/rpc/caller";
import type { SessionFilter } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { IngestSchema, StoredFilter, StoredState } from "../db/schema.ts";

const STATES: Partial<Record<SessionState, StoredState>> = {
  [SessionState.RECORDING]: "recording",
  [SessionState.FINISHING]: "finishing",
  [SessionState.COMPLETE]: "complete",
  [SessionState.INCOMPLETE]: "incomplete",
};

/** A filter as it can be kept. Without fields it matches everything. */
export function toStoredFilter(filter: SessionFilter | undefined): StoredFilter {
  const stored: StoredFilter = {};
  const state = filter && STATES[filter.state];
  if (state !== undefined) stored.state = state;
  if (filter?.createdAfter) stored.created_after = toStorableDate(filter.createdAfter).toISOString();
  if (filter?.createdBefore) stored.created_before = toStorableDate(filter.createdBefore).toISOString();
  if (filter?.userId) stored.user_id = filter.userId;
  if (filter?.deviceId) stored.device_id = filter.deviceId;
  return stored;
}

/** The condition for a session to be among those that a caller may see, and to match a filter. */
export function matches(
  row: ExpressionBuilder<IngestSchema, "sessions">,
  { workspaceId, userId }: Scope,
  filter: StoredFilter,
): Expression<SqlBool> {
  const conditions = [row("workspace_id", "=", workspaceId)];
  if (userId !== undefined) conditions.push(row("user_id", "=", userId));
  if (filter.state !== undefined) conditions.push(row("state", "=", filter.state));
  if (filter.created_after !== undefined) conditions.push(row("create_time", ">=", new Date(filter.created_after)));
  if (filter.created_before !== undefined) conditions.push(row("create_time", "<", new Date(filter.created_before)));
  if (filter.user_id !== undefined) conditions.push(row("user_id", "=", filter.user_id));
  if (filter.device_id !== undefined) conditions.push(row("device_id", "=", filter.device_id));
  return row.and(conditions);
}
