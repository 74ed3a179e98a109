import { CHART_JOBS } from "./chart-jobs.ts";
import { CLIENTS } from "./clients.ts";
import { idAt } from "./job-uid.ts";
import type { JobText, SampleJob } from "./sample-job.ts";
import { WEB_JOBS } from "./web-jobs.ts";

/** Every job that the samples show, newest first. */
export const JOBS: readonly SampleJob[] = [...WEB_JOBS, ...CHART_JOBS]
  .map((text, i) => sampleJob(text, i))
  .toSorted((a, b) => b.publishedAt.getTime() - a.publishedAt.getTime());

/** The job of a uid or ciphertext; throws for one that is not in the catalogue. */
export function jobOf(uidOrCiphertext: string): SampleJob {
  const uid = uidOrCiphertext.replace(/^~02/, "");
  const job = JOBS.find((candidate) => candidate.uid === uid);
  if (!job) throw new Error(`no job ${uidOrCiphertext} in the catalogue`);
  return job;
}

/** The job of a title; throws for one that is not in the catalogue. */
export function jobTitled(title: string): SampleJob {
  const job = JOBS.find((candidate) => candidate.title === title);
  if (!job) throw new Error(`no job "${title}" in the catalogue`);
  return job;
}

/** Jobs published by then in whose text every word is found, newest first. */
export function searchJobs(query: string, now: Date): SampleJob[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return JOBS.filter(({ publishedAt, title, description, skills }) => {
    const text = [title, description, ...skills].join(" ").toLowerCase();
    return publishedAt <= now && words.every((word) => text.includes(word));
  });
}

function sampleJob(text: JobText, index: number): SampleJob {
  const client = CLIENTS.get(text.client);
  if (!client) throw new Error(`no client ${text.client} in the catalogue`);
  const publishedAt = new Date(text.published);
  const uid = idAt(publishedAt, 1_000 + index * 7_919);
  const ciphertext = `~02${uid}`;
  const slug = text.title.replace(/[^A-Za-z0-9]+/g, "-");
  return { ...text, uid, ciphertext, path: `/jobs/${slug}_${ciphertext}/`, publishedAt, client };
}
