import type { AnalysisResult } from "./result.ts";

/**
 * A result as text, the same bytes for the same result: newline-delimited JSON, keys in alphabetical order; first the
 * figures, then the visits, then the jobs.
 */
export function canonicalText({ visits, jobs, ...head }: AnalysisResult): string {
  return [head, ...visits, ...jobs].map((record) => `${JSON.stringify(record, sortKeys)}\n`).join("");
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
