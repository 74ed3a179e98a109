import { open, seal, SEAL_OVERHEAD_BYTES } from "@gigtrail/platform/crypto/aead";
import { MAX_FRAME_BYTES } from "@gigtrail/platform/rpc/limits";
import { inFrames } from "../streaming/in-frames.ts";

/*
 * An export file at rest: frames that are sealed each for itself, so that any range can be read.
 *
 *   byte 0        format, now 1
 *   from byte 1   frames: IV (12 bytes), AES-256-GCM ciphertext of 64 KiB, tag (16 bytes)
 *
 * The last frame may be shorter; an empty file is one empty frame. The authenticated context names format, export,
 * the frame's index and whether it is the last: a frame cannot stand in another's place or another file, and a file
 * cannot end early. The key belongs to this one file.
 */

const FORMAT = 1;
const HEADER_BYTES = 1;
/** Bytes of the export in one frame. */
export const FRAME_BYTES = 64 * 1024;
const SEALED_FRAME_BYTES = FRAME_BYTES + SEAL_OVERHEAD_BYTES;
/** Frames opened at a time: as many as one message carries. */
const FRAMES_PER_READ = MAX_FRAME_BYTES / FRAME_BYTES;

/** Reads bytes of a stored file; gives fewer at its end. */
export type ReadStored = (offset: number, length: number) => Promise<Uint8Array>;

/** A range of a file, in bytes of the export. */
export interface Range {
  readonly offset: number;
  /** One after the last byte. */
  readonly end: number;
}

/** Makes the bytes to store of an export's bytes; memory holds two frames. */
export async function* sealFile(
  key: Uint8Array,
  exportId: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(FORMAT);
  let index = 0;
  let held: Uint8Array = new Uint8Array();
  for await (const frame of inFrames(bytes, FRAME_BYTES)) {
    if (held.length > 0) {
      yield seal(key, held, contextOf(exportId, index, false));
      index += 1;
    }
    held = frame;
  }
  yield seal(key, held, contextOf(exportId, index, true));
}

/**
 * A range of a file of `size` bytes, in runs of at most MAX_FRAME_BYTES. Throws when a bit of what it reads, its
 * place or its length is not as it was.
 */
export async function* openFile(
  key: Uint8Array,
  exportId: string,
  size: number,
  { offset, end }: Range,
  read: ReadStored,
): AsyncGenerator<Uint8Array> {
  const [format] = await read(0, HEADER_BYTES);
  if (format !== FORMAT) throw new Error(`export file format ${format} is not known to this version`);
  if (offset >= end) return;
  const lastIndex = Math.max(0, Math.ceil(size / FRAME_BYTES) - 1);
  for (let index = Math.floor(offset / FRAME_BYTES); index * FRAME_BYTES < end; index += FRAMES_PER_READ) {
    const count = Math.min(FRAMES_PER_READ, Math.ceil(end / FRAME_BYTES) - index);
    const sealed = await read(HEADER_BYTES + index * SEALED_FRAME_BYTES, count * SEALED_FRAME_BYTES);
    const plain = Buffer.concat(
      Array.from({ length: count }, (_, nth) => {
        const frame = sealed.subarray(nth * SEALED_FRAME_BYTES, (nth + 1) * SEALED_FRAME_BYTES);
        return open(key, frame, contextOf(exportId, index + nth, index + nth === lastIndex));
      }),
    );
    const start = index * FRAME_BYTES;
    const wanted = plain.subarray(Math.max(0, offset - start), end - start);
    if (start + plain.length < Math.min(end, start + count * FRAME_BYTES)) throw new Error("export file is cut short");
    yield wanted;
  }
}

function contextOf(exportId: string, index: number, isLast: boolean): string {
  return `gigtrail export ${FORMAT} ${exportId} ${index} ${isLast ? "last" : "more"}`;
}
