import { wholeNumber } from "@gigtrail/platform/config";
import { z } from "zod";

const GIB_BYTES = 1024 ** 3;

/** The configuration of the ingest service, beside what every service has; docs/configuration.md is printed from it. */
export const ingestConfig = z.object({
  RETENTION_DAYS: wholeNumber(0, 36_500)
    .default(0)
    .describe("Days after which a session's events are removed, in workspaces that do not say; 0: never"),
  WORKSPACE_BYTE_BUDGET: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .default(0)
    .describe("Bytes at rest that a workspace may have, where it does not say; 0: as many as there is room for"),
  MIN_FREE_DISK_BYTES: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .default(GIB_BYTES)
    .describe("Uploads are refused while the disk with the blobs has less room than this; 0: never"),
  SESSION_QUIET_MINUTES: wholeNumber(1, 525_600)
    .default(60)
    .describe("A session in which nothing happens for this long is finished with what has arrived"),
  SESSION_GIVE_UP_HOURS: wholeNumber(1, 87_600)
    .default(168)
    .describe("A finished session whose missing chunks do not come for this long is closed without them"),
});

/** The configuration, read. */
export type IngestConfig = z.infer<typeof ingestConfig>;
