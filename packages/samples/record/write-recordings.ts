import { join } from "node:path";
import type { SampleSession, SampleTab } from "../load-samples.ts";
import { MANIFEST_FILE, RECORDINGS_FOLDER } from "../recordings-folder.ts";
import type { SampleManifest, SampleManifestTab } from "../sample-manifest.ts";

/** The samples are written once and read often. */
const ZSTD_LEVEL = 19;

/** Writes sessions and their manifest into the folder of recordings; gives how many bytes that were. */
export async function writeRecordings(sessions: readonly SampleSession[]): Promise<number> {
  const manifest: SampleManifest = { sessions: [] };
  let bytes = 0;
  for (const { name, displayName, tabs } of sessions) {
    const written: SampleManifestTab[] = [];
    for (const [i, tab] of tabs.entries()) {
      const file = `${name}.${i + 1}.ndjson.zst`;
      bytes += await writeTab(file, tab);
      written.push(describe(file, tab));
    }
    manifest.sessions.push({ name, displayName, tabs: written });
  }
  return bytes + (await Bun.write(join(RECORDINGS_FOLDER, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`));
}

async function writeTab(file: string, { events }: SampleTab): Promise<number> {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  return await Bun.write(join(RECORDINGS_FOLDER, file), Bun.zstdCompressSync(lines, { level: ZSTD_LEVEL }));
}

function describe(file: string, { tabId, events }: SampleTab): SampleManifestTab {
  const at = (index: number) => new Date(events.at(index)?.timestamp ?? 0).toISOString();
  return { tabId, file, events: events.length, firstEventAt: at(0), lastEventAt: at(-1) };
}
