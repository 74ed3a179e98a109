import type { Migrations } from "@gigtrail/platform/db/migrate";
import { analyses } from "./migrations/0001-analyses.ts";
import { jobsAndCursor } from "./migrations/0002-jobs-and-cursor.ts";

/** The schema `analysis`, step by step. A released step is never changed. */
export const migrations: Migrations = {
  "0001-analyses": analyses,
  "0002-jobs-and-cursor": jobsAndCursor,
};
