import type { Migrations } from "@gigtrail/platform/db/migrate";
import { recordings } from "./migrations/0001-recordings.ts";
import { outboxAndPacks } from "./migrations/0002-outbox-and-packs.ts";
import { storage } from "./migrations/0003-storage.ts";

/** The schema `ingest`, step by step. A released step is never changed. */
export const migrations: Migrations = {
  "0001-recordings": recordings,
  "0002-outbox-and-packs": outboxAndPacks,
  "0003-storage": storage,
};
