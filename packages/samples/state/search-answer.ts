import type { SampleJob } from "../catalogue/sample-job.ts";
import { RESULTS_PER_PAGE, type Search, shownJobs } from "../pages/search-page.ts";

/** What the search fetches when it turns its page; its spellings are those of the site's GraphQL. */
export function searchAnswer(search: Search): object {
  const results = shownJobs(search).map((job, i) => resultOf(job, i));
  const paging = { total: search.found.length, offset: (search.page - 1) * RESULTS_PER_PAGE, count: RESULTS_PER_PAGE };
  return { data: { search: { universalSearchNuxt: { userJobSearchV1: { paging, facets: {}, results } } } } };
}

function resultOf(job: SampleJob, position: number): object {
  const { uid: id, ciphertext, pay, client } = job;
  const publishTime = job.publishedAt.toISOString();
  return {
    id,
    title: job.title,
    description: job.description.slice(0, 200),
    relevanceEncoded: JSON.stringify({ position: String(position) }),
    ontologySkills: job.skills.map((prefLabel) => ({ prefLabel, prettyName: prefLabel, highlighted: false })),
    applied: false,
    upworkHistoryData: {
      client: {
        paymentVerificationStatus: client.isVerified ? "VERIFIED" : null,
        country: client.country,
        totalReviews: client.reviews,
        totalFeedback: client.score,
        hasFinancialPrivacy: false,
        totalSpent: client.spent > 0 ? { isoCurrencyCode: "USD", amount: String(client.spent) } : null,
      },
      freelancerClientRelation: null,
    },
    jobTile: {
      job: {
        id,
        ciphertext,
        jobType: pay.kind.toUpperCase(),
        hourlyBudgetMin: pay.kind === "hourly" ? String(pay.min) : null,
        hourlyBudgetMax: pay.kind === "hourly" ? String(pay.max) : null,
        contractorTier: ["EntryLevel", "IntermediateLevel", "ExpertLevel"][job.level - 1],
        createTime: publishTime,
        publishTime,
        enterpriseJob: false,
        personsToHire: 1,
        premium: false,
        totalApplicants: job.applicants,
        hourlyEngagementDuration: pay.kind === "hourly" ? { label: job.duration } : null,
        fixedPriceAmount: pay.kind === "fixed" ? { isoCurrencyCode: "USD", amount: String(pay.amount) } : null,
      },
    },
  };
}
