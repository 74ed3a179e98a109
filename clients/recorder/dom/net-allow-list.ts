import type { AllowList } from "./allow-list.ts";
import { JOB_OF_USER, WORK_HISTORY } from "./job-allow-list.ts";

const SEARCH: AllowList = { results: true, paging: true, facets: true };

const JOB: AllowList = {
  opening: true,
  buyer: {
    enterprise: true,
    isPaymentMethodVerified: true,
    info: true,
    location: true,
    stats: true,
    company: true,
    jobs: true,
    avgHourlyJobsRate: true,
    workHistory: WORK_HISTORY,
  },
  currentUserInfo: JOB_OF_USER,
  workLocation: true,
  applicantsBidsStats: true,
  applicationContext: true,
};

/**
 * What is taken of an answer of `/api/graphql/v1`: the roots of REFERENCE §c1 that are about jobs. Answers are known
 * by their root, for the aliases change. Other people's profiles (`talentVPDAuthProfile`) are not taken.
 */
export const NET_ALLOW_LIST = {
  data: {
    search: { universalSearchNuxt: { userJobSearchV1: SEARCH, visitorJobSearchV1: SEARCH } },
    jobAuthDetails: JOB,
    jobPubDetails: JOB,
  },
} as const satisfies AllowList;
