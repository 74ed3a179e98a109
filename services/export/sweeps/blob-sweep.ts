import type { ExportContext } from "../context.ts";

/** Doomed blobs removed in one go. */
const BATCH = 200;
/** A blob without a row that is younger than this is left alone, in milliseconds. */
const ORPHAN_AGE_MS = 60 * 60_000;
/** A row that no export knows; orphans have none. */
const NO_EXPORT = "00000000-0000-0000-0000-000000000000";

type Needs = Pick<ExportContext, "db" | "blobs" | "log">;

/**
 * Removes the files of doomed blobs, then their rows: after a crash in between the file is simply not there. Returns
 * whether there are more.
 */
export async function removeDoomed({ db, blobs }: Needs): Promise<boolean> {
  const rows = await db.asSystem((tx) =>
    tx.selectFrom("blobs").select("name").where("state", "=", "doomed").limit(BATCH).execute(),
  );
  const names = rows.map(({ name }) => name);
  for (const name of names) await blobs.delete(name);
  if (names.length > 0) {
    await db.asSystem((tx) =>
      tx.deleteFrom("blobs").where("name", "in", names).where("state", "=", "doomed").execute(),
    );
  }
  return names.length === BATCH;
}

/**
 * Dooms blobs without a row. An attempt claims its name before it writes, so there is only one way to get there: its
 * row was doomed and removed while it still wrote, and it died before it could say so.
 */
export async function doomOrphans({ db, blobs, log }: Needs, nowMs: number): Promise<number> {
  let doomed = 0;
  for await (const name of blobs.list("")) {
    if (nowMs - madeMs(name) < ORPHAN_AGE_MS) continue;
    const inserted = await db.asSystem((tx) =>
      tx
        .insertInto("blobs")
        .values({ name, export_id: NO_EXPORT, fence: 0, state: "doomed" })
        .onConflict((conflict) => conflict.doNothing())
        .returning("name")
        .executeTakeFirst(),
    );
    if (inserted !== undefined) doomed += 1;
  }
  if (doomed > 0) log.info({ blobs: doomed }, "removing files that no export needs");
  return doomed;
}

/** When a blob was made: its name ends in a UUIDv7, which begins with the time in milliseconds (RFC 9562). */
function madeMs(name: string): number {
  const id = name.slice(name.lastIndexOf("/") + 1).replaceAll("-", "");
  return Number.parseInt(id.slice(0, 12), 16);
}
