import type { Tx } from "@gigtrail/platform/db/database";
import type { Generated } from "kysely";

/** A transaction of the export service. */
export type ExportTx = Tx<ExportSchema>;

/** The tables of the schema `export`; what each is for stands in the migrations. */
export interface ExportSchema {
  exports: ExportsTable;
  export_sessions: { workspace_id: string; export_id: string; session_id: string };
  deleted_sessions: { workspace_id: string; session_id: string; delete_time: Generated<Date> };
  export_keys: { workspace_id: string; export_id: string; wrapped_key: Buffer };
  requesters: { workspace_id: string; user_id: string };
  blobs: { name: string; export_id: string; fence: number; state: "writing" | "live" | "doomed" };
  expiries: { export_id: string; workspace_id: string; expire_time: Date };
  /** Made and kept by platform/jobs; here only as far as this service looks at it. */
  jobs: {
    kind: string;
    key: string;
    workspace_id: string;
    state: string;
    error_reason: string | null;
    update_time: Date;
  };
}

/** What is exported, as stored. */
export type StoredDataset = "sessions" | "visits" | "events";
/** The file's format, as stored. */
export type StoredFormat = "ndjson" | "csv";
/** Where an export stands, as stored. */
export type StoredState = "queued" | "running" | "done" | "failed";

interface ExportsTable {
  workspace_id: string;
  export_id: string;
  user_id: string;
  sees_all: boolean;
  request_id: string | null;
  dataset: StoredDataset;
  format: StoredFormat;
  session_ids: string[];
  state: Generated<StoredState>;
  fence: Generated<number>;
  percent: Generated<number>;
  row_count: Generated<number>;
  size_bytes: Generated<number>;
  blob_name: Generated<string | null>;
  error_reason: Generated<string | null>;
  create_time: Generated<Date>;
  expire_time: Date;
}
