import { idAt } from "./job-uid.ts";
import type { SampleJob } from "./sample-job.ts";

/** A proposal of the sample freelancer. */
export interface SampleProposal {
  /** 19 digits; not the job's. */
  id: string;
  job: SampleJob;
  sentAt: Date;
  /** When the client opened it, if so. */
  viewedAt?: Date;
  /** Room in which the client answered, if so. */
  roomId?: string;
}

/** A proposal sent at a time. */
export function proposalFor(job: SampleJob, sentAt: Date): SampleProposal {
  return { id: idAt(job.publishedAt, 77), job, sentAt };
}
