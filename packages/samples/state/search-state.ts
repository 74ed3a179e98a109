import type { SampleJob } from "../catalogue/sample-job.ts";
import { RESULTS_PER_PAGE, type Search, shownJobs } from "../pages/search-page.ts";

const TIERS = ["jsn_EntryLevel_205", "jsn_Intermediate_206", "jsn_Expert_207"];

/** The search page's state: spellings are those of the site's search. */
export function searchState(search: Search): object {
  const offset = (search.page - 1) * RESULTS_PER_PAGE;
  const jobsSearch = {
    jobs: shownJobs(search).map((job) => searchJobState(job)),
    paging: { total: search.found.length, offset, count: RESULTS_PER_PAGE },
    currentPage: search.page,
    jobsPerPage: RESULTS_PER_PAGE,
    searchQueryCache: { q: search.query, sort: "recency" },
  };
  return { state: { jobsSearch, tracking: { location: "job_search" } }, routePath: "/search/jobs/" };
}

/** One job as search and feeds hold it in their state. */
export function searchJobState(job: SampleJob): object {
  const { uid, ciphertext, title, description, pay, client, duration, workload } = job;
  const publishedOn = job.publishedAt.toISOString();
  return {
    uid,
    ciphertext,
    title,
    description,
    createdOn: publishedOn,
    publishedOn,
    renewedOn: null,
    type: pay.kind === "fixed" ? 1 : 2,
    durationLabel: duration,
    engagement: `usnuxt_Engagement_421.${workload === "30+ hrs/week" ? "fullTime" : "partTime"}`,
    amount: { amount: pay.kind === "fixed" ? pay.amount : 0 },
    hourlyBudget: pay.kind === "hourly" ? { min: pay.min, max: pay.max } : { min: 0, max: 0 },
    client: {
      location: { country: client.country },
      isPaymentVerified: client.isVerified,
      totalSpent: client.spent > 0 ? String(client.spent) : null,
      totalReviews: client.reviews,
      totalFeedback: client.score,
      hasFinancialPrivacy: false,
    },
    freelancersToHire: 1,
    tierText: TIERS[job.level - 1],
    isApplied: false,
    proposalsTier: `usnuxt_JobProposalTier_418.${tierOf(job.applicants)}`,
    premium: false,
    enterpriseJob: false,
    attrs: job.skills.map((prettyName) => ({ prettyName })),
  };
}

function tierOf(applicants: number): string {
  const tiers: [below: number, name: string][] = [
    [5, "lessThan5"],
    [10, "5to10"],
    [15, "10to15"],
    [20, "15to20"],
    [50, "20to50"],
  ];
  return tiers.find(([below]) => applicants < below)?.[1] ?? "50Plus";
}
