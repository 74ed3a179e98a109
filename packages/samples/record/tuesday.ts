import { dailyRound, glance, LETTER_TEMPLATE, sendProposal } from "./habits.ts";
import type { Play } from "./play.ts";

/** Away from the desk, in milliseconds. */
const COFFEE_MS = 95_000;

/** Tuesday: a job in a tab of its own, what matters of it copied into a sheet, an application from the template. */
export const TUESDAY: Play = {
  name: "tuesday-two-tabs",
  displayName: "Tuesday afternoon: two tabs, a pasted letter",
  startsAt: new Date("2026-10-06T13:05:00Z"),
  tabs: ["list", "job"],
  async act(stage) {
    const list = await stage.openTab();
    await dailyRound(list);
    await list.openSlider("Network graph of freight partners");
    await list.read(8);
    const job = await stage.tabOpenedBy(() => list.click('[data-test="slider-open-in-new-window"]'));
    await stage.pass(900);
    await job.read(12);
    await job.copy("h4 .flex-1");
    await job.copy('[data-qa="client-location"] strong');
    await stage.show(list);
    await list.closeSlider();
    await list.nextPage();
    await list.read(6);
    await glance(list, "Explain a meter reading in one picture", 6);
    await list.save();
    await stage.idle(COFFEE_MS);
    await stage.show(job);
    await job.read(5);
    await job.follow("#submit-proposal-button", /\/apply\/$/);
    await job.paste(".cover-letter-area textarea", LETTER_TEMPLATE);
    await job.type(".cover-letter-area textarea", " With 9,000 edges I would begin.");
    await sendProposal(job);
    await job.read(5);
    await job.goTo("/nx/plans/connects/history/");
    await job.read(5);
    await stage.show(list);
    await list.goTo("/ab/messages/rooms/");
    await list.read(5);
    await stage.pass(3_000);
  },
};
