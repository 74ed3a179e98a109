import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import type { Running } from "@gigtrail/platform/lifecycle";
import type { Log } from "@gigtrail/platform/log";
import { repeat } from "@gigtrail/platform/repeat";

/** How often the disk is looked at, in milliseconds. Between two looks it must not fill from the mark to nothing. */
const LOOK_MS = 2_000;

/** Looks every few seconds how much room is left for blobs, so that no upload waits for the answer. */
export class DiskSpace implements Running {
  #freeBytes: number | undefined;
  readonly #looking: Running;

  private constructor(
    private readonly blobs: Pick<BlobStore, "freeBytes">,
    private readonly minFreeBytes: number,
    log: Log,
  ) {
    this.#looking = repeat("free disk space", LOOK_MS, () => this.#look(), log);
  }

  /** Begins to look; resolves after the first look. */
  static async watch(blobs: Pick<BlobStore, "freeBytes">, minFreeBytes: number, log: Log): Promise<DiskSpace> {
    const disk = new DiskSpace(blobs, minFreeBytes, log);
    // A disk that cannot be asked keeps nobody from starting: it is asked again, and each failure is logged.
    await disk.#look().catch(() => undefined);
    return disk;
  }

  /** Bytes that there is room for; undefined where the store does not say. */
  get freeBytes(): number | undefined {
    return this.#freeBytes;
  }

  /** There is less room than there must be: nothing more is taken, so that what must be written still can be. */
  get isLow(): boolean {
    return this.#freeBytes !== undefined && this.#freeBytes < this.minFreeBytes;
  }

  stop(): Promise<void> {
    return this.#looking.stop();
  }

  async #look(): Promise<boolean> {
    this.#freeBytes = await this.blobs.freeBytes();
    return false;
  }
}
