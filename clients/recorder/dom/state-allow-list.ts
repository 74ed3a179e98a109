import type { AllowList } from "./allow-list.ts";
import { JOB_OF_USER, WORK_HISTORY } from "./job-allow-list.ts";

const JOBS: AllowList = { jobs: true, paging: true };

const APPLICATION: AllowList = {
  applicationUID: true,
  openingUID: true,
  status: true,
  auditDetails: true,
  terms: true,
  interviewCount: true,
};

const APPLICATIONS: AllowList = { list: APPLICATION };

const CONNECTS_ROW: AllowList = {
  id: true,
  reasonId: true,
  amount: true,
  balanceAfter: true,
  direction: true,
  reference: true,
  occurredAt: true,
};

/**
 * Stores of a page's state that are taken, and what of each (REFERENCE §c4). Everything else stays in the page:
 * visitor, user, orgs, organizations, oneTrustBanner, context, flags …
 */
export const STATE_ALLOW_LIST = {
  jobsSearch: { jobs: true, paging: true, searchQueryCache: true, currentPage: true, jobsPerPage: true },
  jobDetails: {
    job: true,
    buyer: {
      isPaymentMethodVerified: true,
      isEnterprise: true,
      info: true,
      location: true,
      stats: true,
      company: true,
      jobs: true,
      avgHourlyJobsRate: true,
      workHistory: WORK_HISTORY,
    },
    currentUserInfo: JOB_OF_USER,
    workHistory: WORK_HISTORY,
    sands: true,
    applicants: {
      avgRateBid: true,
      minRateBid: true,
      maxRateBid: true,
      totalApplicants: true,
      applicantsBidsStats: true,
    },
    applicantsBidsStats: true,
    connects: true,
    questions: true,
    qualifications: true,
    applicationContext: true,
    hasAiInterview: true,
    aiInterviewStatus: true,
    seo: { url: true },
  },
  feedBestMatch: JOBS,
  feedMostRecent: JOBS,
  feedMy: JOBS,
  savedJobs: JOBS,
  proposals: APPLICATIONS,
  applications: APPLICATIONS,
  connectsHistory: { rows: CONNECTS_ROW, items: CONNECTS_ROW },
  plansConnects: { connectsBalance: true },
  userProfileStatsHeader: { data: { stats: { items: true } } },
  userProposalMetrics: { data: { items: true } },
  tracking: { location: true },
} as const satisfies Record<string, AllowList>;
