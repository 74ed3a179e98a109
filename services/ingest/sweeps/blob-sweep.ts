import { packName, packOfName } from "../blocks/pack.ts";
import type { IngestContext } from "../context.ts";

/** Doomed packs removed in one go. */
const BATCH = 200;
/** A pack without a row that is younger than this may belong to a commit that is still under way, in milliseconds. */
const ORPHAN_AGE_MS = 60 * 60_000;

type Needs = Pick<IngestContext, "db" | "blobs" | "log">;

/** Removes the blobs of doomed packs, then their rows: after a crash in between the blob is simply not there. */
export async function removeDoomed({ db, blobs, log }: Needs): Promise<boolean> {
  const rows = await db.asSystem((tx) =>
    tx.selectFrom("packs").select("pack_id").where("state", "=", "doomed").limit(BATCH).execute(),
  );
  const packIds: string[] = [];
  for (const { pack_id: packId } of rows) {
    // One that cannot be removed does not keep the others.
    await blobs.delete(packName(packId)).then(
      () => packIds.push(packId),
      (error: unknown) => log.warn({ error }, "a blob could not be removed and is tried again"),
    );
  }
  if (packIds.length > 0) {
    await db.asSystem((tx) =>
      tx.deleteFrom("packs").where("pack_id", "in", packIds).where("state", "=", "doomed").execute(),
    );
  }
  return packIds.length === BATCH;
}

/**
 * Dooms packs that no row knows: left by a process that died between writing one and committing its chunks. The row
 * is what decides: a commit that comes later finds its pack taken and writes another.
 */
export async function doomOrphans(needs: Needs, nowMs: number): Promise<number> {
  let doomed = 0;
  for await (const name of needs.blobs.list("")) {
    const packId = packOfName(name);
    if (packId === undefined || nowMs - madeMs(packId) < ORPHAN_AGE_MS) continue;
    const inserted = await needs.db.asSystem((tx) =>
      tx
        .insertInto("packs")
        .values({ pack_id: packId, state: "doomed", live_blocks: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .returning("pack_id")
        .executeTakeFirst(),
    );
    if (inserted !== undefined) doomed += 1;
  }
  if (doomed > 0) needs.log.info({ blobs: doomed }, "removing blobs that no chunk needs");
  return doomed;
}

/** Removes what processes that died while they wrote a pack have left of it. */
export async function removeUnfinished({ blobs, log }: Pick<Needs, "blobs" | "log">, nowMs: number): Promise<void> {
  const removed = await blobs.removeUnfinished(nowMs - ORPHAN_AGE_MS);
  if (removed > 0) log.info({ blobs: removed }, "removed blobs that were never finished");
}

/** When a pack was made: a UUIDv7 begins with the time in milliseconds (RFC 9562). */
function madeMs(packId: string): number {
  return Number.parseInt(packId.replaceAll("-", "").slice(0, 12), 16);
}
