import type { SampleClient } from "../catalogue/sample-job.ts";
import { type Html, html } from "./html.ts";
import { day, dollars, hireRate, spentOnPage } from "./wording.ts";

/** What a job's page says about the client; the class `rr-mask` on the list is the site's own. */
export function clientBlock(client: SampleClient): Html {
  const { posted, openJobs, hires, active, reviews, spent, hourlyRate, hours } = client;
  const item = (qa: string, strong: string, text: string) =>
    html`<li data-qa="${qa}">
      <strong>${strong}</strong>
      <div class="text-light">${text}</div>
    </li>`;
  return html`<div class="cfe-ui-job-about-client" data-test="about-client-container AboutClientUser">
    <h5>About the client</h5>
    <div>Payment method ${client.isVerified ? "verified" : "not verified"}</div>
    ${reviews > 0 && html`<div data-testid="buyer-rating"><span class="sr-only">Rating is ${client.score.toFixed(1)} out of 5.</span>${client.score.toFixed(2)} of ${reviews} reviews</div>`}
    <ul class="ac-items features rr-mask">
      ${item("client-location", client.country, client.city)}
      ${item("client-job-posting-stats", `${posted} job${posted === 1 ? "" : "s"} posted`, `${hireRate(client)}% hire rate, ${openJobs} open job${openJobs === 1 ? "" : "s"}`)}
      ${
        spent > 0 &&
        html`<li>
          <strong data-qa="client-spend">${spentOnPage(spent)} total spent</strong>
          <div data-qa="client-hires">${hires} hire${hires === 1 ? "" : "s"}, ${active} active</div>
        </li>`
      }
      ${
        hourlyRate > 0 &&
        html`<li>
          <strong data-qa="client-hourly-rate">${dollars(hourlyRate)} /hr avg hourly rate paid</strong>
          <div data-qa="client-hours">${hours.toLocaleString("en-US")} hours</div>
        </li>`
      }
      ${item("client-company-profile", client.industry, "Small company (2-9 people)")}
      <li data-qa="client-contract-date"><small>Member since ${day(new Date(client.since))}</small></li>
    </ul>
  </div>`;
}
