import type { SampleProposal } from "../catalogue/proposal.ts";
import { nuxt3State } from "../state/nuxt3.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";
import { ago, day } from "./wording.ts";

/** The list of proposals: those that became a talk, and those that wait. */
export function proposalsPage(proposals: readonly SampleProposal[], now: Date): string {
  const talks = proposals.filter(({ roomId }) => roomId !== undefined);
  const waiting = proposals.filter(({ roomId }) => roomId === undefined);
  const main = html`<h1>My proposals</h1>
    ${card("active-candidacies", "active_candidacies", "Active proposals", talks, now)}
    ${card("submitted-proposals", "submitted_proposals", "Submitted proposals", waiting, now)}
    <a href="/nx/proposals/archived">Archived proposals</a>`;
  const list = proposals.map((proposal) => applicationState(proposal));
  const state = nuxt3State({ vuex: { proposals: { list } }, routePath: "/" });
  return layout({ title: "My proposals", main, state });
}

/** A proposal as the page's state holds it. */
export function applicationState({ id, job, sentAt, viewedAt, roomId }: SampleProposal): object {
  return {
    applicationUID: id,
    openingUID: job.uid,
    status: roomId === undefined ? "Accepted" : "Activated",
    auditDetails: { createdTs: sentAt.getTime(), viewedTs: viewedAt?.getTime(), firstClientReplyTs: undefined },
    terms: { connectsBid: job.connects, connectsBoost: 0 },
  };
}

function card(name: string, sublocation: string, title: string, rows: readonly SampleProposal[], now: Date): Html {
  return html`<section class="air3-card ${name}-card-view" data-qa="card-${name}">
    <h2>${title} <span data-qa="count"> (${rows.length})</span></h2>
    <table>
      <tbody>
        ${rows.map((row, i) => detailsRow(row, i, sublocation, now))}
      </tbody>
    </table>
  </section>`;
}

function detailsRow(
  { id, job, sentAt, viewedAt }: SampleProposal,
  index: number,
  sublocation: string,
  now: Date,
): Html {
  const verb = sublocation === "active_candidacies" ? "Received" : "Initiated";
  return html`<tr class="details-row" data-qa="item${index}" data-ev-sublocation="${sublocation}">
    <td data-cy="time-slot">
      <div>${verb} ${day(sentAt)}</div>
      <small>${ago(sentAt, now)}</small>
    </td>
    <td data-cy="job-info">
      <a data-ev-label="jpn_list_details_link" aria-label="${job.title}" href="/nx/proposals/${id}">${job.title}</a>
    </td>
    <td data-qa="reason-slot"></td>
    <td data-cy="proposal-views-slot">${viewedAt && "Viewed by client"}</td>
    <td data-cy="default-slot">General Profile</td>
  </tr>`;
}
