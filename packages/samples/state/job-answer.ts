import type { SampleJob } from "../catalogue/sample-job.ts";
import type { Standing } from "../pages/job-page.ts";
import { activityOf, buyerOf } from "./job-state.ts";

/** What the slider fetches about a job; its spellings are those of the site's GraphQL. */
export function jobAnswer(job: SampleJob, standing: Standing): object {
  const { uid, ciphertext, title, description, pay } = job;
  const at = job.publishedAt.toISOString();
  const opening = {
    job: {
      status: "ACTIVE",
      postedOn: at,
      publishTime: at,
      workload:
        pay.kind === "hourly" ? (job.workload === "30+ hrs/week" ? "More than 30 hrs/week" : job.workload) : null,
      contractorTier: ["ENTRY", "INTERMEDIATE", "EXPERT"][job.level - 1],
      description,
      info: {
        ciphertext,
        id: uid,
        type: pay.kind.toUpperCase(),
        access: "PUBLIC_INDEX",
        title,
        hideBudget: false,
        createdOn: at,
      },
      budget: { amount: pay.kind === "fixed" ? pay.amount : 0, currencyCode: "USD" },
      engagementDuration: { label: job.duration, weeks: 0 },
      extendedBudgetInfo: {
        hourlyBudgetMin: pay.kind === "hourly" ? pay.min : null,
        hourlyBudgetMax: pay.kind === "hourly" ? pay.max : null,
        hourlyBudgetType: pay.kind === "hourly" ? "MANUAL" : null,
      },
      clientActivity: activityOf(job),
    },
    questions: (job.questions ?? []).map((question, position) => ({ question, position })),
    qualifications: null,
  };
  const buyer = { isPaymentMethodVerified: job.client.isVerified, info: buyerOf(job.client), workHistory: [] };
  const currentUserInfo = {
    freelancerInfo: { applied: standing.hasApplied ? true : null, hired: null, pendingInvite: null },
  };
  return { data: { jobAuthDetails: { opening, buyer, currentUserInfo, applicantsBidsStats: null } } };
}
