import type { Browser } from "playwright-core";
import type { SampleAccount } from "../catalogue/account.ts";
import type { SampleSession } from "../load-samples.ts";
import { fixedUuidV7 } from "./fixed-uuid.ts";
import type { Play } from "./play.ts";
import { Stage } from "./stage.ts";

/** Plays a session in a browser and gives what the recorder in its pages recorded; the account is carried on. */
export async function recordPlay(browser: Browser, play: Play, account: SampleAccount): Promise<SampleSession> {
  play.meanwhile?.(account);
  const stage = await Stage.open(browser, play.startsAt, account);
  await play.act(stage);
  const recorded = await stage.close();
  const tabs = recorded.map((events, i) => {
    const startedAt = new Date(events[0]?.timestamp ?? play.startsAt);
    return { tabId: fixedUuidV7(startedAt, `${play.name} ${play.tabs[i]}`), events };
  });
  return { name: play.name, displayName: play.displayName, tabs };
}
