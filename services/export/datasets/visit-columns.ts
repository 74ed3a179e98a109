import type { Visit } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { type Column, toSeconds, toText, toTime } from "./column.ts";

/** The columns of the dataset `visits`: one row a stay on one page of one tab. */
export const VISIT_COLUMNS: readonly Column<Visit>[] = [
  { name: "session_id", kind: "id", meaning: "The session.", value: (row) => row.sessionId },
  { name: "tab_id", kind: "id", meaning: "The tab.", value: (row) => row.tabId },
  {
    name: "ordinal",
    kind: "number",
    meaning: "Its number within the session, from 0 in order of entry.",
    value: (row) => row.ordinal,
  },
  {
    name: "page_kind",
    kind: "word",
    meaning: "What the page is, for example `job_detail`; `other` where unknown.",
    value: (row) => toText(row.pageKind),
  },
  {
    name: "url",
    kind: "text",
    meaning: "The page's address without what is personal.",
    value: (row) => toText(row.url),
  },
  {
    name: "path_pattern",
    kind: "text",
    meaning: "For `other`: the path with ids replaced.",
    value: (row) => toText(row.pathPattern),
  },
  {
    name: "enter_time",
    kind: "time",
    meaning: "When it was entered, by the client's clock.",
    value: (row) => toTime(row.enterTime),
  },
  {
    name: "leave_time",
    kind: "time",
    meaning: "When it was left, or the last event before the recording ends.",
    value: (row) => toTime(row.leaveTime),
  },
  {
    name: "active_seconds",
    kind: "number",
    meaning: "Seconds with the tab visible and the user active.",
    value: (row) => toSeconds(row.activeTime),
  },
  {
    name: "idle_seconds",
    kind: "number",
    meaning: "Seconds with the tab visible and the user idle.",
    value: (row) => toSeconds(row.idleTime),
  },
  {
    name: "job_key",
    kind: "text",
    meaning: "Key of the job that the page is about; empty where there is none.",
    value: (row) => toText(row.jobKey),
  },
];
