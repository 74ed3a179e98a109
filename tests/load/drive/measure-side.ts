import { type CpuTime, measureCpu } from "../measure/cpu-meter.ts";
import type { Batch } from "../recordings/batch.ts";
import type { Side } from "../sides/side.ts";
import { driveFor, type Load } from "./drive.ts";

/** How one run is done. */
export interface RunOptions {
  readonly uploaders: number;
  readonly batches: readonly Batch[];
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly postgresPid: number;
}

/** One run: what was brought over, and at what price. */
export interface Run extends Load {
  readonly cpu: CpuTime;
}

/** Loads a side with new uploaders, at first without measuring. */
export async function measureSide(side: Side, options: RunOptions): Promise<Run> {
  const { batches, warmUpMs, measureMs, postgresPid } = options;
  const uploaders = await Promise.all(Array.from({ length: options.uploaders }, () => side.uploader()));
  await driveFor(uploaders, batches, warmUpMs);
  const cpuTime = measureCpu({ serverPids: side.serverPids, postgresPid });
  const load = await driveFor(uploaders, batches, measureMs);
  return { ...load, cpu: cpuTime() };
}
