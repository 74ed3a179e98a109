import type { Migrations } from "@gigtrail/platform/db/migrate";
import { exports } from "./migrations/0001-exports.ts";

/** The schema `export`, step by step. A released step is never changed. */
export const migrations: Migrations = { "0001-exports": exports };
