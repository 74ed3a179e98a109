import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, statfs, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { newId } from "../ids.ts";
import { assertBlobName, BlobNotFoundError, type BlobStore, type BlobWriter, isBlobName } from "./blob-store.ts";

/** Names of files being written begin with this, and no blob's does; a crash can leave them: see removeUnfinished. */
const UNFINISHED = ".unfinished-";

/** Folders remembered as durable at most. */
const MAX_REMEMBERED_FOLDERS = 10_000;

/**
 * Keeps blobs as files of a folder. A file is written under another name, synced, renamed, and its folder synced:
 * after `put` it is there whole, and after a crash before that it is not there at all.
 */
export class FolderBlobStore implements BlobStore {
  /** Folders that are there and durable, as this process knows: another may have made one and not synced it yet. */
  readonly #synced = new Set<string>();
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const writer = await this.create(name);
    try {
      await writer.write(bytes);
      await writer.close();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  async create(name: string): Promise<BlobWriter> {
    const path = this.#path(name);
    await this.#makeFolder(dirname(path));
    const unfinished = join(dirname(path), UNFINISHED + newId());
    return new FolderBlobWriter(await open(unfinished, "wx", 0o600), unfinished, path);
  }

  async get(name: string, offset = 0, length?: number): Promise<Uint8Array> {
    const file = await openForReading(this.#path(name), name);
    try {
      const stat = await file.stat();
      // A part of the name of other blobs is a folder, and no blob.
      if (!stat.isFile()) throw new BlobNotFoundError(name);
      const { size } = stat;
      const end = length === undefined ? size : Math.min(size, offset + length);
      const bytes = new Uint8Array(Math.max(0, end - offset));
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
        if (bytesRead === 0) throw new Error("blob is shorter than it was");
        done += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  }

  async delete(name: string): Promise<void> {
    const path = this.#path(name);
    try {
      await unlink(path);
    } catch (error) {
      if (!isMissing(error) && !(await isFolder(path))) throw error;
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    yield* this.#listFolder("", prefix);
  }

  async removeUnfinished(untouchedSinceMs: number): Promise<number> {
    let removed = 0;
    for await (const path of this.#unfinishedIn(this.#root)) {
      // One that was finished or removed meanwhile is not there any more.
      const { mtimeMs } = await lstat(path).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs >= untouchedSinceMs) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  async check(): Promise<void> {
    await this.#makeFolder(this.#root);
    const probe = join(this.#root, UNFINISHED + newId());
    const file = await open(probe, "wx", 0o600);
    await file.close();
    await rm(probe);
  }

  /** What the file system leaves to those who are not root. */
  async freeBytes(): Promise<number> {
    await this.#makeFolder(this.#root);
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  /** One folder at a time, and only those that can hold a name with the prefix: there may be very many blobs. */
  async *#listFolder(folder: string, prefix: string): AsyncIterable<string> {
    const entries = await readdir(join(this.#root, folder), { withFileTypes: true }).catch(noneIfMissing);
    for (const entry of entries) {
      const name = folder + entry.name;
      if (entry.isDirectory()) {
        const inside = `${name}/`;
        if (inside.startsWith(prefix) || prefix.startsWith(inside)) yield* this.#listFolder(inside, prefix);
      } else if (entry.isFile() && name.startsWith(prefix) && isBlobName(name)) yield name;
    }
  }

  async *#unfinishedIn(folder: string): AsyncIterable<string> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(noneIfMissing);
    for (const entry of entries) {
      if (entry.isDirectory()) yield* this.#unfinishedIn(join(folder, entry.name));
      else if (entry.isFile() && entry.name.startsWith(UNFINISHED)) yield join(folder, entry.name);
    }
  }

  #path(name: string): string {
    assertBlobName(name);
    return join(this.#root, name);
  }

  /** Makes a folder and syncs its parents, so that a new folder survives a power cut as its files do. */
  async #makeFolder(folder: string): Promise<void> {
    if (this.#synced.has(folder)) return;
    const first = (await mkdir(folder, { recursive: true, mode: 0o700 })) ?? this.#root;
    const top = first.length < this.#root.length ? first : this.#root;
    for (let at = folder; at.length >= dirname(top).length && at !== dirname(at); at = dirname(at)) {
      await syncFolder(at);
    }
    if (this.#synced.size >= MAX_REMEMBERED_FOLDERS) this.#synced.clear();
    this.#synced.add(folder);
  }
}

class FolderBlobWriter implements BlobWriter {
  #open = true;
  constructor(
    private readonly file: FileHandle,
    private readonly unfinished: string,
    private readonly path: string,
  ) {}

  async write(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done);
      done += bytesWritten;
    }
  }

  async close(): Promise<void> {
    await this.file.datasync();
    this.#open = false;
    await this.file.close();
    await rename(this.unfinished, this.path);
    await syncFolder(dirname(this.path));
  }

  async abort(): Promise<void> {
    if (this.#open) await this.file.close();
    this.#open = false;
    await rm(this.unfinished, { force: true });
  }
}

async function openForReading(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (isMissing(error)) throw new BlobNotFoundError(name);
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether there is nothing at a path, or a file where it has a folder. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path)).isDirectory();
}

function noneIfMissing(error: unknown): never[] {
  if (isMissing(error)) return [];
  throw error;
}
