import type { SampleJob } from "../catalogue/sample-job.ts";
import { nuxt3State } from "../state/nuxt3.ts";
import { type Html, html } from "./html.ts";
import type { Standing } from "./job-page.ts";
import { layout } from "./layout.ts";
import { day, dollars, levelText } from "./wording.ts";

/** Rate of the sample freelancer's profile, in US dollars an hour. */
const PROFILE_RATE = 48;

/** The form of an application. */
export function proposalFormPage(job: SampleJob, { availableConnects }: Standing): string {
  const left = availableConnects - job.connects;
  const main = html`<div class="fe-job-apply">
    <h1>Submit a Proposal</h1>
    <form>
      <section class="fe-proposal-settings">
        <h2>Proposal settings</h2>
        <label
          >Propose with a Specialized profile
          <select aria-label="Profile">
            <option>General Profile</option>
            <option>Data visualization</option>
          </select></label
        >
        <div class="fe-job-proposals-connects-widget">
          This proposal requires <strong>${job.connects} Connects</strong>
        </div>
        <div class="remaining-balance-details">
          When you submit this proposal, you'll have <strong>${left} Connects</strong> remaining.
        </div>
      </section>
      <section class="fe-job-details">
        <h3>${job.title}</h3>
        <span itemprop="datePosted">Posted ${day(job.publishedAt)}</span>
        <p>${job.description}</p>
        <a data-test="open-original-posting" href="${job.path}">View job posting</a>
        <ul class="fe-ui-job-features">
          <li>${levelText(job)}</li>
          <li data-test="hourly-duration">${job.duration}</li>
        </ul>
        <ul>
          ${job.skills.map((skill) => html`<li data-qa-skill-uid="${skill}"><span class="air3-token">${skill}</span></li>`)}
        </ul>
      </section>
      ${terms(job)}
      <section>
        <h2 id="cover_letter_label">Cover Letter</h2>
        <div class="cover-letter-area"><textarea aria-labelledby="cover_letter_label"></textarea></div>
      </section>
      ${job.questions && html`<section class="fe-proposal-job-questions">${job.questions.map((question, i) => html`<div class="form-group"><label for="question${i}">${question}</label><textarea id="question${i}"></textarea></div>`)}</section>`}
      <footer>
        <button type="submit" class="air3-btn air3-btn-primary">Send for ${job.connects} Connects</button>
        <a href="${job.path}">Cancel</a>
      </footer>
    </form>
  </div>`;
  const connects = { requiredConnects: job.connects, availableConnects };
  const root = {
    vuex: { jobDetails: { connects }, tracking: { location: "submit_proposal" } },
    routePath: `/job/${job.ciphertext}/apply/`,
  };
  return layout({ title: "Submit a Proposal", main, state: nuxt3State(root) });
}

function terms({ pay }: SampleJob): Html {
  if (pay.kind === "fixed") {
    return html`<section>
      <h2>Terms</h2>
      <div class="up-fe-milestone">
        <label>Description <input data-test="milestone-description" /></label>
        <label>Amount <input data-test="milestone-amount" value="${dollars(pay.amount)}" /></label>
      </div>
    </section>`;
  }
  return html`<section data-test="up-fe-rate-widget">
    <h2>Terms</h2>
    <p>Your profile rate: ${dollars(PROFILE_RATE)}/hr</p>
    <label data-test="step-rate"
      >Hourly Rate <input id="step-rate" data-test="currency-input" value="${PROFILE_RATE}.00"
    /></label>
    <label>10% Freelancer Service Fee <input id="fee-rate" disabled value="-4.80" /></label
    ><label>You'll Receive <input id="receive-step-rate" value="43.20" /></label>
  </section>`;
}
