import { create } from "@bufbuild/protobuf";
import type { Tx } from "@gigtrail/platform/db/database";
import {
  type RecordingSettings,
  RecordingSettings_WhenFull,
  RecordingSettingsSchema,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/recording_settings_pb";
import type { IngestConfig } from "../config.ts";
import type { IngestSchema } from "../db/schema.ts";

/** What holds for workspaces that do not say. */
export type InstanceSettings = Pick<IngestConfig, "RETENTION_DAYS" | "WORKSPACE_BYTE_BUDGET">;

/** How a workspace keeps its recordings, what the instance holds filled in. */
export interface EffectiveSettings {
  /** Days after which a session's events are removed; 0: never. */
  readonly retentionDays: number;
  /** Bytes at rest that the workspace may have; 0: no limit. */
  readonly byteBudget: number;
  /** When the budget is used up, the oldest closed sessions lose their events; otherwise uploads are refused. */
  readonly removeOldest: boolean;
  readonly keepEmailAddresses: boolean;
  readonly keepInputs: boolean;
}

/** Reads how a workspace keeps its recordings. */
export async function readSettings(
  tx: Tx<IngestSchema>,
  workspaceId: string,
  instance: InstanceSettings,
): Promise<EffectiveSettings> {
  const row = await tx
    .selectFrom("recording_settings")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirst();
  return {
    retentionDays: row?.retention_days ?? instance.RETENTION_DAYS,
    byteBudget: row?.byte_budget ?? instance.WORKSPACE_BYTE_BUDGET,
    removeOldest: row?.remove_oldest ?? false,
    keepEmailAddresses: row?.keep_email_addresses ?? false,
    keepInputs: row?.keep_inputs ?? false,
  };
}

/** Replaces how a workspace keeps its recordings; what is not set goes back to what the instance holds. */
export async function writeSettings(
  tx: Tx<IngestSchema>,
  workspaceId: string,
  { retentionDays, byteBudget, whenFull, keepEmailAddresses, keepInputs }: RecordingSettings,
): Promise<void> {
  const values = {
    retention_days: retentionDays ?? null,
    byte_budget: byteBudget === undefined ? null : Number(byteBudget),
    remove_oldest: whenFull === RecordingSettings_WhenFull.REMOVE_OLDEST,
    keep_email_addresses: keepEmailAddresses,
    keep_inputs: keepInputs,
  };
  await tx
    .insertInto("recording_settings")
    .values({ workspace_id: workspaceId, ...values })
    .onConflict((conflict) => conflict.column("workspace_id").doUpdateSet(values))
    .execute();
}

/** Settings as the contract's message. */
export function toRecordingSettings(settings: EffectiveSettings): RecordingSettings {
  const { REMOVE_OLDEST, REFUSE } = RecordingSettings_WhenFull;
  return create(RecordingSettingsSchema, {
    retentionDays: settings.retentionDays,
    byteBudget: BigInt(settings.byteBudget),
    whenFull: settings.removeOldest ? REMOVE_OLDEST : REFUSE,
    keepEmailAddresses: settings.keepEmailAddresses,
    keepInputs: settings.keepInputs,
  });
}
