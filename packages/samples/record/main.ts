import { launchChromium } from "@gigtrail/recorder/chromium/launch-chromium";
import { newAccount } from "../catalogue/account.ts";
import { MONDAY } from "./monday.ts";
import { recordPlay } from "./record-play.ts";
import { THURSDAY } from "./thursday.ts";
import { TUESDAY } from "./tuesday.ts";
import { writeRecordings } from "./write-recordings.ts";

// Records the samples anew: `bun run samples`. Needs a Chromium; writes packages/samples/recordings.
const browser = await launchChromium();
try {
  const sessions = [];
  const account = newAccount();
  for (const play of [MONDAY, TUESDAY, THURSDAY]) sessions.push(await recordPlay(browser, play, account));
  const bytes = await writeRecordings(sessions);
  process.stdout.write(`${sessions.length} sessions, ${bytes.toLocaleString("en-US")} bytes\n`);
} finally {
  await browser.close();
}
