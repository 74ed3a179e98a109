import type { SampleProposal } from "./proposal.ts";

/** What the site knows about the sample freelancer; it changes from session to session. */
export interface SampleAccount {
  /** Connects left. */
  balance: number;
  /** Proposals sent, the latest first. */
  proposals: SampleProposal[];
}

/** The account before the first session. */
export function newAccount(): SampleAccount {
  return { balance: 120, proposals: [] };
}
