import type { SampleProposal } from "../catalogue/proposal.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";
import { day } from "./wording.ts";

/** A proposal that was sent. */
export function proposalPage({ job, sentAt, viewedAt, roomId }: SampleProposal): string {
  const main = html`<h1>Proposal details</h1>
    <section>
      <h2>${job.title}</h2>
      <p>${job.description}</p>
      <a data-test="open-original-posting" href="${job.path}">View job posting</a>
    </section>
    <section>
      <p>Submitted ${day(sentAt)}</p>
      ${viewedAt && html`<p data-cy="proposal-views-slot">Viewed by client</p>`}
      <p>Spent: <strong>${job.connects} Connects</strong></p>
    </section>
    <section data-cy="cover-letter-section">
      <h3>Cover letter</h3>
      <p class="break text-pre-line gt-mask">Dear client, I drew plans like yours before.</p>
    </section>
    <footer>
      <button class="air3-btn" data-ev-label="edit_proposal">Edit proposal</button>
      <button class="air3-btn" data-ev-label="withdraw_proposal">Withdraw</button>
      ${roomId && html`<a href="/ab/messages/rooms/${roomId}">Go to messages</a>`}
    </footer>`;
  return layout({ title: "Proposal details", main });
}
