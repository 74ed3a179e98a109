import type { SampleClient, SampleJob } from "../catalogue/sample-job.ts";
import type { Standing } from "../pages/job-page.ts";

/** The state of a job's page: numbers stand for enums, and the buyer has no `info` level. */
export function jobDetailsState(job: SampleJob, standing: Standing): object {
  const { uid, ciphertext, title, description, pay, client } = job;
  const at = job.publishedAt.toISOString();
  return {
    job: {
      uid,
      ciphertext,
      title,
      description,
      status: 1,
      type: pay.kind === "fixed" ? 1 : 2,
      access: 4,
      createdOn: at,
      postedOn: at,
      publishTime: at,
      budget: { currencyCode: "USD", amount: pay.kind === "fixed" ? pay.amount : 0 },
      extendedBudgetInfo: {
        hourlyBudgetType: pay.kind === "hourly" ? 1 : null,
        hourlyBudgetMin: pay.kind === "hourly" ? pay.min : null,
        hourlyBudgetMax: pay.kind === "hourly" ? pay.max : null,
      },
      workload: pay.kind === "hourly" ? job.workload : null,
      durationLabel: job.duration,
      contractorTier: job.level,
      questions: (job.questions ?? []).map((question, position) => ({ question, position })),
      clientActivity: activityOf(job),
    },
    buyer: { isPaymentMethodVerified: client.isVerified, ...buyerOf(client) },
    currentUserInfo: {
      freelancerInfo: { applied: standing.hasApplied ? true : null, hired: null, pendingInvite: null },
    },
    sands: { ontologySkills: [], additionalSkills: job.skills.map((name) => ({ name })) },
    connects: {
      requiredConnects: job.connects,
      availableConnects: standing.availableConnects,
      pricing: { price: job.connects },
    },
  };
}

/** How busy a job is. */
export function activityOf({ applicants }: SampleJob): object {
  return {
    lastBuyerActivity: null,
    totalApplicants: applicants,
    totalHired: 0,
    totalInvitedToInterview: Math.floor(applicants / 8),
    invitationsSent: applicants % 4,
    unansweredInvites: applicants % 3,
    numberOfPositionsToHire: 1,
  };
}

/** A client as a job's data hold it. */
export function buyerOf(client: SampleClient): object {
  return {
    location: { city: client.city, country: client.country },
    stats: {
      totalAssignments: client.hires,
      activeAssignmentsCount: client.active,
      hoursCount: client.hours,
      feedbackCount: client.reviews,
      score: client.score,
      totalJobsWithHires: client.jobsWithHires,
      totalCharges: client.spent > 0 ? { currencyCode: "USD", amount: client.spent } : null,
    },
    company: {
      name: null,
      contractDate: `${client.since}T00:00:00.000Z`,
      profile: { industry: client.industry, size: 10 },
    },
    jobs: { postedCount: client.posted, openCount: client.openJobs },
    avgHourlyJobsRate: client.hourlyRate > 0 ? { amount: client.hourlyRate } : null,
  };
}
