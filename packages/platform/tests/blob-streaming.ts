/** Writes as many MiB as it is told to the store that the environment names, reads them back, prints its peak memory. */
import { blobConfig, openBlobStore } from "../blob/blob-settings.ts";
import { loadConfig } from "../config.ts";

const FRAME_BYTES = 64 * 1024;
const FRAMES = (Number(process.argv[2]) * 1024 * 1024) / FRAME_BYTES;

const store = openBlobStore(loadConfig(blobConfig, process.env), "export");
const writer = await store.create("stream");
for (let nth = 0; nth < FRAMES; nth += 1) await writer.write(new Uint8Array(FRAME_BYTES).fill(nth % 251));
await writer.close();
for (let nth = 0; nth < FRAMES; nth += 4) {
  const bytes = await store.get("stream", nth * FRAME_BYTES, 4 * FRAME_BYTES);
  if (bytes.length !== 4 * FRAME_BYTES || bytes[0] !== nth % 251) throw new Error(`frame ${nth} is not as it was`);
}
await store.delete("stream");
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
