import type { Bus } from "../bus/bus.ts";

/** The subject on which a schema's workers are woken. */
export function jobsSubject(schema: string): string {
  return `jobs.${schema}`;
}

/** Wakes a schema's workers after a commit that made a job due; without it they would look within two seconds. */
export function wakeWorkers(bus: Bus, schema: string): void {
  bus.broadcast(jobsSubject(schema), new Uint8Array());
}
