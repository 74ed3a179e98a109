import { ROOMS } from "../catalogue/rooms.ts";
import { dailyRound, glance, LETTER_TEMPLATE, sendProposal } from "./habits.ts";
import type { Play } from "./play.ts";

const FORMS = "Accessible form components in React";

/** Looking for a paper, in milliseconds. */
const PAUSE_MS = 130_000;

const HARBOUR = "React dashboard for a small harbour";

const ROOM_ID = ROOMS[0]?.id;

/** Thursday: what became of the proposals, an answer to a client, and the template once more. */
export const THURSDAY: Play = {
  name: "thursday-follow-up",
  displayName: "Thursday morning: answers, a message, one more proposal",
  startsAt: new Date("2026-10-08T07:20:00Z"),
  meanwhile({ proposals }) {
    const answered = proposals.find(({ job }) => job.title === HARBOUR);
    if (answered) Object.assign(answered, { viewedAt: new Date("2026-10-07T06:30:00Z"), roomId: ROOM_ID });
  },
  tabs: ["main"],
  async act(stage) {
    const tab = await stage.openTab();
    await tab.goTo("/nx/proposals/");
    await tab.read(6);
    await tab.follow(`[data-ev-label="jpn_list_details_link"]:text-is("${HARBOUR}")`, /\/nx\/proposals\/\d{19}$/);
    await tab.read(6);
    await tab.back();
    await tab.goTo("/ab/messages/rooms/");
    await tab.follow(`a[href*="${ROOM_ID}"]`, /room_/);
    await tab.read(5);
    await tab.type("[contenteditable]", "Yes, forty berths fit on a phone. Friday at ten?");
    await tab.press("Enter");
    await stage.idle(PAUSE_MS);
    await dailyRound(tab);
    await glance(tab, "Berth occupancy heat map", 10);
    await tab.follow('.nav-item[href="/nx/find-work/best-matches"]', /best-matches/);
    await tab.follow('[data-test="feed-most-recent"]', /most-recent/);
    await tab.openSlider(FORMS);
    await tab.read(12);
    await tab.follow(".air3-slider #submit-proposal-button", /\/apply\/$/);
    await tab.paste(".cover-letter-area textarea", LETTER_TEMPLATE);
    await tab.type("#question0", "NVDA and VoiceOver, each week.");
    await sendProposal(tab);
    await tab.read(5);
    await stage.pass(3_000);
  },
};
