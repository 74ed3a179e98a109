import type { SampleClient } from "./sample-job.ts";

type Row = [
  name: string,
  place: [country: string, city: string, industry: string, since: string],
  trust: [isVerified: boolean, score: number, reviews: number],
  money: [spent: number, hourlyRate: number, hours: number],
  jobs: [posted: number, jobsWithHires: number, hires: number, active: number, openJobs: number],
];

const ROWS: readonly Row[] = [
  [
    "harbour",
    ["Norway", "Bergen", "Shipping", "2018-05-14"],
    [true, 4.89, 38],
    [63_459.33, 41.2, 1_204],
    [80, 48, 52, 3, 2],
  ],
  ["clinic", ["Portugal", "Braga", "Health", "2021-02-02"], [true, 4.61, 9], [9_755, 28.5, 214], [18, 14, 15, 1, 1]],
  [
    "museum",
    ["Netherlands", "Delft", "Culture", "2016-08-17"],
    [true, 4.99, 11],
    [21_640.5, 36.75, 388],
    [14, 12, 13, 2, 1],
  ],
  ["bakery", ["Canada", "Halifax", "Food", "2024-10-28"], [false, 0, 0], [0, 0, 0], [2, 0, 0, 0, 2]],
  [
    "solar",
    ["Australia", "Hobart", "Energy", "2019-11-03"],
    [true, 4.27, 19],
    [403_440, 52.1, 6_120],
    [60, 45, 71, 6, 4],
  ],
  ["school", ["Ireland", "Galway", "Education", "2023-03-20"], [true, 5, 1], [775, 0, 0], [3, 1, 1, 0, 1]],
  [
    "freight",
    ["United States", "Duluth", "Logistics", "2020-10-09"],
    [true, 4.55, 9],
    [11_964.27, 33.3, 150],
    [25, 16, 19, 2, 3],
  ],
  [
    "archive",
    ["Finland", "Turku", "Publishing", "2022-06-30"],
    [true, 4.82, 22],
    [30_210, 30, 512],
    [31, 22, 24, 1, 2],
  ],
];

/** Those who post the jobs of the catalogue, by name. All invented. */
export const CLIENTS: ReadonlyMap<string, SampleClient> = new Map(ROWS.map((row) => [row[0], clientOf(row)]));

function clientOf([, place, trust, money, jobs]: Row): SampleClient {
  const [country, city, industry, since] = place;
  const [isVerified, score, reviews] = trust;
  const [spent, hourlyRate, hours] = money;
  const [posted, jobsWithHires, hires, active, openJobs] = jobs;
  const told = { country, city, industry, since, isVerified, score, reviews, spent, hourlyRate, hours };
  return { ...told, posted, jobsWithHires, hires, active, openJobs };
}
