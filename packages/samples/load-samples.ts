import { join } from "node:path";
import type { RrwebEvent } from "@gigtrail/recorder/dom/rrweb-event";
import { MANIFEST_FILE, RECORDINGS_FOLDER } from "./recordings-folder.ts";
import type { SampleManifest } from "./sample-manifest.ts";

/** A recorded session of an invented freelancer on invented pages. */
export interface SampleSession {
  /** Stable name. */
  name: string;
  /** Name for people. */
  displayName: string;
  /** Its tabs, in the order in which they were opened. */
  tabs: SampleTab[];
}

/** One tab of a sample session. */
export interface SampleTab {
  /** UUIDv7, always the same. */
  tabId: string;
  /** Its events in order; cut them into chunks as you like. */
  events: RrwebEvent[];
}

/** Reads the sample sessions that are part of the project: three days, one of them with two tabs. */
export async function loadSamples(): Promise<SampleSession[]> {
  const manifest: SampleManifest = await Bun.file(join(RECORDINGS_FOLDER, MANIFEST_FILE)).json();
  return await Promise.all(
    manifest.sessions.map(async ({ name, displayName, tabs }) => ({
      name,
      displayName,
      tabs: await Promise.all(tabs.map(async ({ tabId, file }) => ({ tabId, events: await readEvents(file) }))),
    })),
  );
}

async function readEvents(file: string): Promise<RrwebEvent[]> {
  const packed = await Bun.file(join(RECORDINGS_FOLDER, file)).bytes();
  const lines = new TextDecoder().decode(Bun.zstdDecompressSync(packed)).trimEnd().split("\n");
  return lines.map((line): RrwebEvent => JSON.parse(line));
}
