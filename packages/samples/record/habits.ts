import type { Tab } from "./tab.ts";

/** The two searches that are looked through each day. */
const DAILY_SEARCHES = ["react typescript", "data visualization"];

/** The opening words of every application: a text that is pasted again and again. */
export const LETTER_TEMPLATE =
  "Hello, I draw data and build the screens around it, in React and TypeScript, for ten years now. " +
  "I would start with a sketch on paper, then one screen that works, then the rest. Two plans that I drew are attached.";

/** The round of each day: the feed, then the searches, always in the same order. */
export async function dailyRound(tab: Tab): Promise<void> {
  await tab.goTo("/nx/find-work/best-matches");
  await tab.read(14);
  for (const query of DAILY_SEARCHES) {
    await tab.goTo(`/nx/search/jobs/?${new URLSearchParams({ q: query, sort: "recency" }).toString()}`);
    await tab.read(18);
  }
}

/** Looks into a job of the list and leaves it again. */
export async function glance(tab: Tab, title: string, seconds: number): Promise<void> {
  await tab.openSlider(title);
  await tab.read(seconds);
  await tab.closeSlider();
}

/** Sends the form that is open and waits for the list of proposals. */
export async function sendProposal(tab: Tab): Promise<void> {
  await tab.follow("footer button[type=submit]", /\/nx\/proposals\/$/);
}
