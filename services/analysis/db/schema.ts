import type { ColumnType, Generated } from "kysely";
import type { OverLimit, Summary } from "../analyser/result.ts";

/** The tables of the schema `analysis`; what each is for stands in the migrations. */
export interface AnalysisSchema {
  sessions: SessionsTable;
  analyses: AnalysesTable;
  visits: VisitsTable;
  job_sightings: JobSightingsTable;
  jobs: JobsTable;
}

/** Where a job stands, as stored. */
export type JobState = "queued" | "running" | "done" | "dead";

/** JSON that goes in as text and comes out as a value. */
type Json<T> = ColumnType<T | null, string | null | undefined, string | null>;

interface SessionsTable {
  workspace_id: string;
  session_id: string;
  user_id: string;
  deleted: Generated<boolean>;
}

interface AnalysesTable {
  workspace_id: string;
  session_id: string;
  user_id: string;
  generation: number;
  percent: Generated<number>;
  stage: Generated<string>;
  analyser_version: Generated<number>;
  summary: Json<Summary>;
  over_limit: Json<OverLimit>;
  update_time: ColumnType<Date, never, Date>;
}

interface VisitsTable {
  workspace_id: string;
  session_id: string;
  ordinal: number;
  user_id: string;
  tab_id: string;
  page_kind: string;
  url: string;
  path_pattern: string;
  enter_ms: number;
  leave_ms: number;
  active_ms: number;
  idle_ms: number;
  job_key: string;
}

interface JobSightingsTable {
  workspace_id: string;
  session_id: string;
  job_key: string;
  user_id: string;
  job_uid: string;
  title_words: string;
  first_seen_ms: number;
  last_seen_ms: number;
  visit_count: number;
  active_ms: number;
  application_form_seen: boolean;
}

/** The columns of the platform's job table that analysis reads. */
interface JobsTable {
  job_id: string;
  kind: string;
  key: string;
  revision: number;
  state: JobState;
  fence: number;
  error_reason: string | null;
  update_time: Date;
}
