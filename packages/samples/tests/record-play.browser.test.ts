import { expect, test } from "bun:test";
import { findChromium } from "@gigtrail/recorder/chromium/find-chromium";
import { launchChromium } from "@gigtrail/recorder/chromium/launch-chromium";
import { newAccount } from "../catalogue/account.ts";
import { loadSamples, type SampleSession } from "../load-samples.ts";
import { MONDAY } from "../record/monday.ts";
import { recordPlay } from "../record/record-play.ts";

const RUNS = findChromium() !== undefined || process.env["GIGTRAIL_TEST_ALL"] === "1";

/** Longest time of a play, in milliseconds of this machine. */
const PLAY_MS = 60_000;

/** What has to be the same when a sample is recorded anew: what happened when. Layout depends on the machine's fonts. */
function outline({ tabs }: SampleSession) {
  return tabs.map(({ tabId, events }) => ({
    tabId,
    told: events.flatMap(({ type, data, timestamp }) =>
      type === 5 ? [[timestamp, data.tag, JSON.stringify(data.payload)]] : [],
    ),
  }));
}

test.skipIf(!RUNS)(
  `recording a sample anew gives the sample${RUNS ? "" : " (skipped: no Chromium; set CHROMIUM)"}`,
  async () => {
    const [monday] = await loadSamples();
    const browser = await launchChromium();
    try {
      const anew = await recordPlay(browser, MONDAY, newAccount());
      expect(monday && outline(monday)).toEqual(outline(anew));
    } finally {
      await browser.close();
    }
  },
  PLAY_MS,
);
