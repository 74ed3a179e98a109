import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  Dataset,
  type Export,
  ExportSchema as ExportMessage,
  ExportState,
  Format,
} from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import type { Selectable } from "kysely";
import type { ExportSchema, StoredDataset, StoredFormat, StoredState } from "../db/schema.ts";

/** A row of the table `exports`. */
export type ExportRow = Selectable<ExportSchema["exports"]>;

const STATES: Readonly<Record<StoredState, ExportState>> = {
  queued: ExportState.QUEUED,
  running: ExportState.RUNNING,
  done: ExportState.DONE,
  failed: ExportState.FAILED,
};
const DATASETS: Readonly<Record<StoredDataset, Dataset>> = {
  sessions: Dataset.SESSIONS,
  visits: Dataset.VISITS,
  events: Dataset.EVENTS,
};
const FORMATS: Readonly<Record<StoredFormat, Format>> = { ndjson: Format.NDJSON, csv: Format.CSV };

/** A row as the contract's message. */
export function toExport(row: ExportRow): Export {
  return create(ExportMessage, {
    exportId: row.export_id,
    spec: { dataset: DATASETS[row.dataset], format: FORMATS[row.format], sessionIds: row.session_ids },
    state: STATES[row.state],
    percent: row.percent,
    rowCount: BigInt(row.row_count),
    createTime: timestampFromDate(row.create_time),
    expireTime: timestampFromDate(row.expire_time),
    errorReason: row.error_reason ?? "",
    ...(row.state === "done" ? fileOf(row) : {}),
  });
}

function fileOf({ export_id: exportId, dataset, format, create_time: createTime, size_bytes: size }: ExportRow) {
  return {
    sizeBytes: BigInt(size),
    fileName: `gigtrail-${dataset}-${createTime.toISOString().slice(0, 10)}.${format}`,
    downloadPath: `/v1/exports/${exportId}/file`,
  };
}

/** A dataset of the contract as stored. Validation lets no other through. */
export function toStoredDataset(dataset: Dataset): StoredDataset {
  return storedName(DATASETS, dataset);
}

/** A format of the contract as stored. */
export function toStoredFormat(format: Format): StoredFormat {
  return storedName(FORMATS, format);
}

/** A state of the contract as stored; undefined for none. */
export function toStoredState(state: ExportState): StoredState | undefined {
  return state === ExportState.UNSPECIFIED ? undefined : storedName(STATES, state);
}

function storedName<Name extends string, Value>(names: Readonly<Record<Name, Value>>, value: Value): Name {
  for (const name in names) if (names[name] === value) return name;
  throw new Error("a value that validation should have refused");
}
