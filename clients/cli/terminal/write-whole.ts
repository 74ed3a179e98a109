import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { CliFailure } from "../failure.ts";

/**
 * Writes frames to a file that appears under its name only when it is whole: what looks like an export is one.
 * Returns its size in bytes.
 */
export async function writeWhole(path: string, frames: AsyncIterable<{ data: Uint8Array }>): Promise<number> {
  const draft = `${path}.part`;
  const handle = await attempt(path, () => open(draft, "w"));
  let bytes = 0;
  try {
    for await (const { data } of frames) {
      await attempt(path, () => writeAll(handle, data));
      bytes += data.byteLength;
    }
    await attempt(path, () => handle.sync());
    await handle.close();
    await attempt(path, () => rename(draft, path));
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
  return bytes;
}

async function writeAll(handle: FileHandle, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.byteLength;) at += (await handle.write(data, at)).bytesWritten;
}

async function attempt<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    throw new CliFailure(`${path} cannot be written; check its folder, its permissions and the disk.`, { cause });
  }
}
