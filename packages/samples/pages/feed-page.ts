import type { SampleJob } from "../catalogue/sample-job.ts";
import { nuxt2State } from "../state/nuxt2.ts";
import { searchJobState } from "../state/search-state.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";
import { ago, levelText, proposalsBand, spentInList, starsText } from "./wording.ts";

/** Name of a feed as its tiles carry it. */
export type FeedName = "Best Matches" | "Most Recent";

const STORES = { "Best Matches": "feedBestMatch", "Most Recent": "feedMostRecent" } as const;

/** A feed of jobs with its tabs and its state (Nuxt 2). */
export function feedPage(feed: FeedName, jobs: readonly SampleJob[], now: Date): string {
  const state = {
    [STORES[feed]]: {
      jobs: jobs.map((job) => searchJobState(job)),
      paging: { total: jobs.length, offset: 0, count: jobs.length },
    },
  };
  const main = html`<h1>Jobs you might like</h1>
    <div data-test="tabs" role="tablist">
      <a
        role="tab"
        data-test="feed-best-match"
        href="/nx/find-work/best-matches"
        aria-selected="${String(feed === "Best Matches")}"
        >Best Matches</a
      >
      <a
        role="tab"
        data-test="feed-most-recent"
        href="/nx/find-work/most-recent"
        aria-selected="${String(feed === "Most Recent")}"
        >Most Recent</a
      >
    </div>
    <div data-test="job-tile-list">${jobs.map((job, i) => feedTile(job, feed, i, now))}</div>`;
  const routePath = feed === "Best Matches" ? "/find-work/best-matches" : "/find-work/most-recent";
  return layout({ title: "My Job Feed", main, state: nuxt2State({ state, routePath }) });
}

function feedTile(job: SampleJob, feed: FeedName, position: number, now: Date): Html {
  const { pay, client } = job;
  const type = pay.kind === "fixed" ? "Fixed-price" : `Hourly: $${pay.min}-$${pay.max}`;
  return html`<section
    class="air3-card-section air3-card"
    data-ev-opening_uid="${job.uid}"
    data-ev-position="${position}"
    data-ev-feed_name="${feed}"
    data-ev-sublocation="job_feed_tile"
    data-ev-label="visible_job_tile_impression"
  >
    <small>Posted <span data-test="posted-on">${ago(job.publishedAt, now)}</span></small>
    <h3 class="job-tile-title">
      <a class="air3-link" href="${job.path}?referrer_url_path=find_work_home">${job.title}</a>
    </h3>
    <button class="air3-btn" data-test="job-save-button" data-ev-label="save" aria-label="Save Job ${job.title}">
      Save
    </button>
    <small
      ><span data-test="job-type">${type}</span> - <span data-test="contractor-tier">${levelText(job)}</span> -
      ${pay.kind === "fixed" ? html`Est. Budget: <span data-test="budget">$${pay.amount.toLocaleString("en-US")}</span>` : html`Est. Time: <span data-test="duration">${job.duration}, ${job.workload}</span>`}</small
    >
    <p data-test="job-description-text">${job.description}</p>
    <div>${job.skills.map((skill) => html`<span class="air3-token" data-test="attr-item">${skill}</span>`)}</div>
    <small data-test="payment-verification-status">Payment ${client.isVerified ? "verified" : "unverified"}</small>
    <small data-test="js-feedback">${starsText(client)}</small>
    <small data-test="client-spendings"><strong>${spentInList(client.spent)}</strong> spent</small>
    <small data-test="client-country">${client.country}</small>
    <small>Proposals: <strong data-test="proposals">${proposalsBand(job.applicants)}</strong></small>
  </section>`;
}
