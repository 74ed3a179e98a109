import { afterAll, beforeAll, expect, test } from "bun:test";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { finish, openTab, put, type TabName } from "./support/recording.ts";
import { errorOf } from "./support/refusals.ts";

const SESSIONS = 40;
const LOOKS = 12;
/** What the state of such a session is at one moment or another. */
const MOMENTS = new Set(["RECORDING [-1]", "COMPLETE [0]", "session_deleted"]);

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest();
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** What a session's upload state shows, in short. */
async function shown(client: IngestClient, tab: TabName): Promise<string> {
  const call = client.getUploadState(tab);
  try {
    const { uploadState } = await call;
    const tabs = uploadState?.tabs.map(({ lastSeq }) => Number(lastSeq));
    return `${SessionState[uploadState?.state ?? 0]} ${JSON.stringify(tabs)}`;
  } catch {
    return (await errorOf(call)).reason ?? "no reason";
  }
}

test("a session's state is shown as it was at one moment, while it is finished and deleted too", async () => {
  const client = ingest.as(person());
  const all = new Set<string>();
  for (let session = 0; session < SESSIONS; session += 1) {
    const tab = await openTab(client);
    await put(client, tab, 0);
    const looks = Array.from({ length: LOOKS }, async (_, look) => {
      await Bun.sleep(look / 3);
      all.add(await shown(client, tab));
    });
    const finishing = finish(client, tab.sessionId, { [tab.tabId]: 0 });
    await Bun.sleep(session % 3);
    const deleting = client.deleteSession(tab);
    // It may be gone before it is finished.
    await Promise.allSettled([finishing]);
    await Promise.all([deleting, ...looks]);
  }
  expect([...all].filter((each) => !MOMENTS.has(each))).toEqual([]);
}, 60_000);
