import type { Pay, SampleClient, SampleJob } from "../catalogue/sample-job.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const longDate = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" });

/** An amount of US dollars as the site writes it: `$1,800.00`. */
export function dollars(amount: number): string {
  return money.format(amount);
}

/** A day as the site writes it: `Oct 5, 2026`. */
export function day(date: Date): string {
  return longDate.format(date);
}

/** How long ago: minutes and hours are floored, days are calendar days (in UTC), then weeks. */
export function ago(then: Date, now: Date): string {
  const elapsed = now.getTime() - then.getTime();
  if (elapsed < HOUR_MS) return counted(Math.floor(elapsed / MINUTE_MS), "minute");
  const days = Math.floor(now.getTime() / DAY_MS) - Math.floor(then.getTime() / DAY_MS);
  if (days === 0) return counted(Math.floor(elapsed / HOUR_MS), "hour");
  if (days === 1) return "yesterday";
  if (days < 7) return `${days} days ago`;
  return days < 14 ? "last week" : `${Math.floor(days / 7)} weeks ago`;
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

/** Money spent as lists write it: the first digit kept, the rest floored (`$60K+`, `$700+`, `$0`). */
export function spentInList(amount: number): string {
  if (amount < 1) return "$0";
  const [unit, sign] = amount >= 1e6 ? [1e6, "M"] : amount >= 1e3 ? [1e3, "K"] : [1, ""];
  const units = Math.floor(amount / unit);
  const step = 10 ** (String(units).length - 1);
  return `$${Math.floor(units / step) * step}${sign}+`;
}

/** Money spent as the job's page writes it: rounded to two digits (`$12K`, `$9.8K`). */
export function spentOnPage(amount: number): string {
  if (amount < 1_000) return `$${Math.round(amount)}`;
  const thousands = amount / 1_000;
  return `$${thousands < 10 ? thousands.toFixed(1) : Math.round(thousands)}K`;
}

/** Band of proposals: `Less than 5`, `5 to 10` … `50+`. */
export function proposalsBand(applicants: number): string {
  const bands: [below: number, text: string][] = [
    [5, "Less than 5"],
    [10, "5 to 10"],
    [15, "10 to 15"],
    [20, "15 to 20"],
    [50, "20 to 50"],
  ];
  return bands.find(([below]) => applicants < below)?.[1] ?? "50+";
}

/** Experience asked for. */
export function levelText({ level }: SampleJob): string {
  return ["Entry Level", "Intermediate", "Expert"][level - 1] ?? "";
}

/** Kind of pay as a search tile writes it: `Hourly: $35.00 - $60.00`, `Fixed price`. */
export function payLabel(pay: Pay): string {
  return pay.kind === "fixed" ? "Fixed price" : `Hourly: ${dollars(pay.min)} - ${dollars(pay.max)}`;
}

/** Stars as the tooltip writes them. */
export function starsText({ score, reviews }: SampleClient): string {
  if (reviews === 0) return "No feedback yet";
  return `${score.toFixed(2)} Star${reviews === 1 ? "" : "s"}, based on ${reviews} feedbacks`;
}

/** Share of posted jobs that led to a hire, in percent. */
export function hireRate({ posted, jobsWithHires }: SampleClient): number {
  return posted === 0 ? 0 : Math.round((100 * jobsWithHires) / posted);
}
