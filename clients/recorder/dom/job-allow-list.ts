import type { AllowList } from "./allow-list.ts";

/** A client's earlier jobs without the names of those who did them and the words that were said about them. */
export const WORK_HISTORY: AllowList = {
  jobInfo: true,
  startDate: true,
  endDate: true,
  status: true,
  totalHours: true,
  totalCharge: true,
  rate: true,
  feedback: { score: true },
  feedbackToClient: { score: true },
};

/** How the viewer stands to a job: it feeds the funnel (REFERENCE §c3). */
export const JOB_OF_USER: AllowList = {
  freelancerInfo: {
    applied: true,
    application: { id: true, uid: true, applicationUID: true, status: true },
    hired: true,
    contract: { id: true, rid: true, status: true },
    pendingInvite: true,
    hourlyRate: true,
    qualificationsMatches: true,
  },
};
