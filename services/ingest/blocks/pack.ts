/*
 * A pack is a blob that holds the blocks of one group of chunks, one after the other: a group costs one file and one
 * fsync however many chunks it has. Its blocks may be of different tabs, sessions and workspaces; each is sealed under
 * its own session's key and context, so that lying side by side they know nothing of one another. A chunk's row says
 * where its block lies. A pack is removed when no row needs any of its blocks; what is deleted before that cannot be
 * opened, because its key is gone.
 */

/** Where a block lies. */
export interface PackPlace {
  readonly packId: string;
  /** First byte of the block. */
  readonly offset: number;
}

/** A pack that is ready to be written. */
export interface Pack {
  readonly packId: string;
  readonly bytes: Uint8Array;
  /** First bytes of the blocks, in their order. */
  readonly offsets: readonly number[];
}

/** Characters of a pack's id that name its folder: a new one about every minute (the id begins with the time). */
const FOLDER_CHARS = 8;

/** Puts blocks one after the other. */
export function makePack(packId: string, blocks: readonly Uint8Array[]): Pack {
  let end = 0;
  const offsets = blocks.map((block) => {
    const offset = end;
    end += block.length;
    return offset;
  });
  return { packId, bytes: blocks.length === 1 && blocks[0] ? blocks[0] : Buffer.concat(blocks), offsets };
}

/** Name of a pack in the blob store. */
export function packName(packId: string): string {
  return `${packId.slice(0, FOLDER_CHARS)}/${packId}`;
}

/** The pack that a blob's name means; undefined for what is not named as packs are. */
export function packOfName(name: string): string | undefined {
  const packId = name.slice(FOLDER_CHARS + 1);
  return PACK_ID.test(packId) && packName(packId) === name ? packId : undefined;
}

const PACK_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
