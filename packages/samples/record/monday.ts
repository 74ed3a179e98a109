import { jobTitled } from "../catalogue/jobs.ts";
import { dailyRound, glance, sendProposal } from "./habits.ts";
import type { Play } from "./play.ts";

const HARBOUR = "React dashboard for a small harbour";

/** A telephone call in the middle of the work, in milliseconds. */
const CALL_MS = 4 * 60 * 1_000;

/** Monday: feed and searches, two glances, one application written by hand, with a telephone call in between. */
export const MONDAY: Play = {
  name: "monday-first-proposal",
  displayName: "Monday morning: two searches, one proposal",
  startsAt: new Date("2026-10-05T08:30:00Z"),
  tabs: ["main"],
  async act(stage) {
    const tab = await stage.openTab();
    await dailyRound(tab);
    await glance(tab, "Tide charts for print, D3.js", 10);
    await tab.goTo("/nx/search/jobs/?q=react+typescript&sort=recency");
    await glance(tab, "Move an old jQuery booking form to React", 12);
    await glance(tab, HARBOUR, 20);
    await tab.goTo(jobTitled(HARBOUR).path);
    await tab.read(20);
    await stage.idle(CALL_MS);
    await tab.read(10);
    await tab.follow("#submit-proposal-button", /\/apply\/$/);
    await tab.read(8);
    await tab.retype("#step-rate", "52.00");
    await tab.type(
      ".cover-letter-area textarea",
      "Hello! Forty berths on one screen is a plan that I would love to draw. I built the same for a marina in Kiel.",
    );
    await tab.type("#question0", "A marina with 60 berths, as SVG.");
    await tab.type("#question1", "With pictures, compared by a machine.");
    await sendProposal(tab);
    await tab.read(6);
    await stage.pass(3_000);
  },
};
