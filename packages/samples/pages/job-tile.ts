import type { SampleClient, SampleJob } from "../catalogue/sample-job.ts";
import { type Html, html } from "./html.ts";
import { ago, dollars, levelText, payLabel, proposalsBand, spentInList, starsText } from "./wording.ts";

/** Where a tile stands. */
export interface TilePlace {
  /** From 1. */
  position: number;
  page: number;
  now: Date;
}

/** A job as the search lists it; the classes with `rr-` are the site's own habit since 2026. */
export function jobTile(job: SampleJob, { position, page, now }: TilePlace): Html {
  return html`<article
    class="job-tile cursor-pointer air3-card air3-card-list"
    data-ev-job-uid="${job.uid}"
    data-ev-label="search_results_impression"
    data-ev-position="${position}"
    data-ev-page_number="${page}"
    data-test="JobTile"
    data-test-key="${job.uid}"
  >
    <small class="text-light" data-test="job-pubilshed-date"
      ><span>Posted</span> <span>${ago(job.publishedAt, now)}</span></small
    >
    <h2 class="h5 job-tile-title">
      <a data-test="job-tile-title-link UpLink" class="air3-link" href="${job.path}?referrer_url_path=/nx/search/jobs/"
        >${job.title}</a
      >
    </h2>
    <div data-test="JobActionSave">
      <button class="air3-btn" data-ev-label="save" aria-label="Save Job ${job.title}">Save</button>
    </div>
    ${clientLine(job.client)}
    <ul class="job-tile-info-list" data-test="JobInfo">
      <li data-test="job-type-label"><strong>${payLabel(job.pay)}</strong></li>
      <li data-test="experience-level"><strong>${levelText(job)}</strong></li>
      ${payItem(job)}
    </ul>
    <div data-test="UpCLineClamp JobDescription">
      <div class="air3-line-clamp"><p class="text-body-sm rr-mask">${job.description}</p></div>
    </div>
    <div class="air3-token-container" data-test="TokenClamp JobAttrs">
      ${job.skills.map((skill) => html`<button class="air3-token" data-test="token"><span>${skill}</span></button>`)}
    </div>
    <ul>
      <li data-test="proposals-tier">Proposals: <strong>${proposalsBand(job.applicants)}</strong></li>
    </ul>
  </article>`;
}

function clientLine(client: SampleClient): Html {
  const stars = client.score.toFixed(1);
  return html`<ul class="job-tile-info-list" data-test="JobInfoClient">
    <li data-test="${client.isVerified ? "payment-verified" : "payment-unverified"}">
      <div class="air3-badge-tagline${client.isVerified ? " is-verified" : ""}">
        Payment ${client.isVerified ? "verified" : "unverified"}
      </div>
    </li>
    <li data-test="total-feedback">
      <span class="air3-rating-value-text">${stars}</span><span class="sr-only">Rating is ${stars} out of 5.</span>
      <div class="air3-popper-content">${starsText(client)}</div>
    </li>
    <li data-test="total-spent"><strong class="rr-mask">${spentInList(client.spent)}</strong> spent</li>
    <li data-test="location" class="rr-mask"><span class="sr-only">Location </span>${client.country}</li>
  </ul>`;
}

function payItem({ pay, duration, workload }: SampleJob): Html {
  return pay.kind === "fixed"
    ? html`<li data-test="is-fixed-price">
        <strong>Est. budget:</strong> <strong class="rr-mask">${dollars(pay.amount)}</strong>
      </li>`
    : html`<li data-test="duration-label"><strong>Est. time:</strong> <strong>${duration}, ${workload}</strong></li>`;
}
