import type { SampleProposal } from "../catalogue/proposal.ts";
import { idAt } from "../catalogue/job-uid.ts";
import { nuxt3State } from "../state/nuxt3.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";
import { day } from "./wording.ts";

/** Reason of a row of the history: a proposal was sent. */
const REASON_BID = 3;

/** The history of Connects: what each proposal cost. */
export function connectsPage(proposals: readonly SampleProposal[], balance: number): string {
  let after = balance;
  const rows = proposals.map(({ id, job, sentAt }) => {
    const row = {
      id: idAt(sentAt, 9),
      reasonId: REASON_BID,
      amount: job.connects,
      balanceAfter: after,
      direction: "debit",
    };
    after += job.connects;
    return { ...row, reference: id, occurredAt: sentAt.toISOString(), title: job.title, on: day(sentAt) };
  });
  const main = html`<h1>Connects History</h1>
    <p>My balance <strong data-test="connects-balance">${balance} Connects</strong></p>
    <table data-test="connects-history">
      <thead>
        <tr>
          <th>Date</th>
          <th>Action</th>
          <th>Connects</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ on, title, amount }) =>
            html`<tr>
              <td>${on}</td>
              <td>Applied to job: ${title}</td>
              <td>-${amount}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  const state = nuxt3State({
    vuex: { connectsHistory: { rows }, plansConnects: { connectsBalance: { total: balance } } },
    routePath: "/plans/connects/history/",
  });
  return layout({ title: "Connects History", main, state });
}
