import type { SampleJob } from "../catalogue/sample-job.ts";
import { jobDetailsState } from "../state/job-state.ts";
import { nuxt3State } from "../state/nuxt3.ts";
import { clientBlock } from "./client-block.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";
import { ago, dollars, levelText, proposalsBand } from "./wording.ts";

/** How the viewer stands to a job. */
export interface Standing {
  availableConnects: number;
  hasApplied: boolean;
  now: Date;
}

/** A job on a page of its own, with its state (Nuxt 3). */
export function jobPage(job: SampleJob, standing: Standing): string {
  const routePath = job.path;
  const state = nuxt3State({
    vuex: { jobDetails: jobDetailsState(job, standing), tracking: { location: "jobdetails" } },
    routePath,
  });
  return layout({ title: `${job.title} - Upwork`, main: jobContent(job, standing), state });
}

/** The same in a slider over a list. */
export function jobSlider(job: SampleJob, standing: Standing): Html {
  return html`<div class="air3-slider-header">
      <button class="air3-btn air3-slider-close" aria-label="Go back">Back</button>
      <a class="air3-link" target="_blank" href="${job.path}" data-test="slider-open-in-new-window"
        >Open job in a new window</a
      >
    </div>
    <div class="air3-slider-body">${jobContent(job, standing)}</div>`;
}

function jobContent(job: SampleJob, standing: Standing): Html {
  return html`<div class="job-details-card" data-ev-label="jobdetails_impression" data-ev-opening_uid="${job.uid}">
    <div class="job-details-content">
      <section>
        <h4><span class="flex-1">${job.title}</span></h4>
        <div class="posted-on-line text-light">Posted ${ago(job.publishedAt, standing.now)} <span>Worldwide</span></div>
      </section>
      <section data-test="Description">
        <h5>Summary</h5>
        <p class="multiline-text">${job.description}</p>
      </section>
      <section>
        <ul class="features">
          ${features(job)}
        </ul>
      </section>
      <section>
        <h5>Skills and Expertise</h5>
        <div class="skills-list">
          ${job.skills.map((skill) => html`<span class="air3-badge air3-token">${skill}</span>`)}
        </div>
      </section>
      ${
        job.questions &&
        html`<section>
          <p><strong>You will be asked to answer the following questions when submitting a proposal:</strong></p>
          <ol>
            ${job.questions.map((question) => html`<li>${question}</li>`)}
          </ol>
        </section>`
      }
      <section>
        <h5>Activity on this job</h5>
        <ul class="client-activity-items">
          ${activity(job)}
        </ul>
      </section>
    </div>
    <aside class="sidebar">${applyBox(job, standing)}${clientBlock(job.client)}</aside>
  </div>`;
}

function features({ pay, duration, workload, ...job }: SampleJob): Html[] {
  const feature = (icon: string, strong: string, text: string) =>
    html`<li><span class="air3-icon" data-cy="${icon}"></span><strong>${strong}</strong> <small>${text}</small></li>`;
  const paid =
    pay.kind === "fixed"
      ? [feature("fixed-price", dollars(pay.amount), "Fixed-price")]
      : [
          feature("clock-hourly", workload, "Hourly"),
          feature("duration2", duration, "Duration"),
          feature("clock-timelog", `${dollars(pay.min)} - ${dollars(pay.max)}`, "Hourly"),
        ];
  return [...paid, feature("expertise", levelText({ pay, duration, workload, ...job }), "Experience Level")];
}

function activity({ applicants }: SampleJob): Html[] {
  const rows: [string, string][] = [
    ["Proposals:", proposalsBand(applicants)],
    ["Last viewed by client:", "3 hours ago"],
    ["Interviewing:", String(Math.floor(applicants / 8))],
    ["Invites sent:", String(applicants % 4)],
    ["Unanswered invites:", String(applicants % 3)],
  ];
  return rows.map(
    ([title, value]) =>
      html`<li class="ca-item"><span class="title">${title}</span> <span class="value">${value}</span></li>`,
  );
}

function applyBox(job: SampleJob, { availableConnects, hasApplied }: Standing): Html {
  if (hasApplied) return html`<p class="air3-alert">You have already submitted a proposal.</p>`;
  return html`<div>
    <button
      class="air3-btn air3-btn-primary"
      id="submit-proposal-button"
      data-cy="submit-proposal-button"
      data-href="/nx/proposals/job/${job.ciphertext}/apply/"
    >
      Apply now
    </button>
    <div job-uid="${job.uid}"><button class="air3-btn" data-ev-label="save">Save job</button></div>
    <p>Send a proposal for: <strong>${job.connects} Connects</strong></p>
    <p>Available Connects: <strong>${availableConnects}</strong></p>
  </div>`;
}
