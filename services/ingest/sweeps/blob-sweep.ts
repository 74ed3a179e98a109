import { isUuid } from "@gigtrail/platform/ids";
import type { IngestContext } from "../context.ts";

/** Doomed blobs removed in one go. */
const BATCH = 200;
/** A blob without a row that is younger than this may belong to a commit that is still under way, in milliseconds. */
const ORPHAN_AGE_MS = 60 * 60_000;

type Needs = Pick<IngestContext, "db" | "blobs" | "log">;

/** Removes the files of doomed blobs, then their rows: after a crash in between the file is simply not there. */
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
 * Dooms blobs that no row knows: left by a process that died between writing a blob and committing its chunk. The row
 * is what decides: a commit that comes later finds its name taken and takes another.
 */
export async function doomOrphans(needs: Needs, nowMs: number): Promise<number> {
  let doomed = 0;
  for await (const name of needs.blobs.list("")) {
    const timeMs = madeMs(name);
    if (timeMs === undefined || nowMs - timeMs < ORPHAN_AGE_MS) continue;
    const inserted = await needs.db.asSystem((tx) =>
      tx
        .insertInto("blobs")
        .values({ name, state: "doomed" })
        .onConflict((conflict) => conflict.doNothing())
        .returning("name")
        .executeTakeFirst(),
    );
    if (inserted !== undefined) doomed += 1;
  }
  if (doomed > 0) needs.log.info({ blobs: doomed }, "removing blobs that no chunk needs");
  return doomed;
}

/**
 * When a blob was made: its name ends in a UUIDv7, which begins with the time in milliseconds (RFC 9562). Undefined
 * for what is not named as blobs of ingest are: somebody else's file in the folder is not ours to remove.
 */
function madeMs(name: string): number | undefined {
  const ids = name.split("/");
  const [, , blockId] = ids;
  if (ids.length !== 3 || blockId === undefined || !ids.every(isUuid)) return undefined;
  return Number.parseInt(blockId.replaceAll("-", "").slice(0, 12), 16);
}
