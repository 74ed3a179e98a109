import type { ExportSchema } from "./schema.ts";

/**
 * The tables without a tenant's rows: queues and look-ups that hold ids only. Every other table is closed by row level
 * security; a test holds this list against the catalogue of the database.
 */
export const SYSTEM_TABLES = ["blobs", "expiries", "jobs", "cursors"] as const satisfies readonly (
  keyof ExportSchema | "cursors"
)[];
