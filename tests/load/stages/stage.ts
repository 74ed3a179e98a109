import type { Sample } from "./sample.ts";

/** One step of a pipeline, or all of it. */
export interface Stage {
  readonly pipeline: "bare" | "ingest" | "zstd";
  readonly name: string;
  /** Runs it once; what it gives only keeps it from being left out by the compiler. */
  run(sample: Sample): unknown;
}

/** The name of the stage that is a pipeline from end to end. */
export const WHOLE = "whole";
