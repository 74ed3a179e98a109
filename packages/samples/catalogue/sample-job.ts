/** A client of the catalogue; invented. */
export interface SampleClient {
  country: string;
  city: string;
  /** Whether the means of payment is verified. */
  isVerified: boolean;
  /** Average of reviews, 0 without any. */
  score: number;
  reviews: number;
  /** Spent so far, in US dollars. */
  spent: number;
  posted: number;
  /** Posted jobs that led to a hire. */
  jobsWithHires: number;
  hires: number;
  active: number;
  openJobs: number;
  /** Average rate paid by the hour, in US dollars; 0 without any. */
  hourlyRate: number;
  hours: number;
  industry: string;
  /** First day as a client, ISO date. */
  since: string;
}

/** Pay of a job in US dollars: a sum, or a range by the hour. */
export type Pay = { kind: "fixed"; amount: number } | { kind: "hourly"; min: number; max: number };

/** What is written down about a job of the catalogue. */
export interface JobText {
  title: string;
  description: string;
  /** When it was published, ISO instant. */
  published: string;
  pay: Pay;
  /** 1 entry, 2 intermediate, 3 expert. */
  level: 1 | 2 | 3;
  duration: "Less than 1 month" | "1 to 3 months" | "3 to 6 months" | "More than 6 months";
  workload: "Less than 30 hrs/week" | "30+ hrs/week";
  skills: readonly string[];
  /** Name of a client in clients.ts. */
  client: string;
  applicants: number;
  /** Connects that a proposal costs. */
  connects: number;
  questions?: readonly string[];
}

/** A job as the pages show it. */
export interface SampleJob extends Omit<JobText, "client" | "published"> {
  /** 19 digits, rising with the time of publication, as the site's own. */
  uid: string;
  /** `~02` and the uid. */
  ciphertext: string;
  /** Path of its own page. */
  path: string;
  publishedAt: Date;
  client: SampleClient;
}
