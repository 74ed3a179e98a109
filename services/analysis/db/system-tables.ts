/**
 * The tables without a tenant's rows: queues and places, which hold ids only. Every other table is closed by row level
 * security; a test holds this list against the catalogue of the database.
 */
export const SYSTEM_TABLES = ["jobs", "cursors"] as const;
