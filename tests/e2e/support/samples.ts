import { newId } from "@gigtrail/platform/ids";
import { chunkEvents } from "@gigtrail/recorder/core/chunk-events";
import { createFetchPort } from "@gigtrail/recorder/core/fetch-port";
import { uploadSession } from "@gigtrail/recorder/core/upload-session";
import { loadSamples, type SampleSession } from "@gigtrail/samples/load-samples";
import { analysed } from "./sessions.ts";
import type { Device, Member } from "./people.ts";

/** A sample session that was uploaded and analysed. */
export interface UploadedSample {
  readonly sample: SampleSession;
  readonly sessionId: string;
}

/** Uploads the three sample sessions as an extension does, and waits until they are analysed. */
export async function uploadSamples(member: Member, device: Device): Promise<UploadedSample[]> {
  const port = createFetchPort({ baseUrl: member.url, accessToken: async () => device.accessToken });
  const uploaded: UploadedSample[] = [];
  for (const sample of await loadSamples()) {
    const sessionId = newId();
    const tabs = sample.tabs.map(({ tabId, events }) => ({ tabId, chunks: chunkEvents(events, { maxEvents: 50 }) }));
    const { state } = await uploadSession(port, { sessionId, displayName: sample.displayName, tabs });
    if (!state.complete) throw new Error("a sample is not complete");
    await analysed(member, sessionId);
    uploaded.push({ sample, sessionId });
  }
  return uploaded;
}
