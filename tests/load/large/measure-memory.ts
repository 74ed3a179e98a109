import { forgetPeak, peakResidentBytes, residentBytes } from "../measure/process-usage.ts";
import { type Figures, MEGABYTE, rounded } from "../measure/figures.ts";

/** What a piece of work did to the memory of a process that was idle before. */
export interface MemoryUse {
  readonly tookMs: number;
  readonly beforeBytes: number;
  /** The most that was in RAM at once. */
  readonly peakBytes: number;
  /** When it had been idle for some time again. */
  readonly afterBytes: number;
}

/** Does some work, and reads the memory of a process before, during and `idleMs` after it. */
export async function measureMemory(pid: number, idleMs: number, work: () => Promise<void>): Promise<MemoryUse> {
  const beforeBytes = residentBytes(pid);
  forgetPeak(pid);
  const started = performance.now();
  await work();
  const [tookMs, peakBytes] = [performance.now() - started, peakResidentBytes(pid)];
  await Bun.sleep(idleMs);
  return { tookMs, beforeBytes, peakBytes, afterBytes: residentBytes(pid) };
}

/** The figures of a use of memory, for a piece of work on so many bytes of JSON. */
export function memoryUseFigures(
  { tookMs, beforeBytes, peakBytes, afterBytes }: MemoryUse,
  jsonBytes: number,
): Figures {
  return {
    json_mb: rounded(jsonBytes / MEGABYTE),
    took_ms: rounded(tookMs),
    rss_before_mb: rounded(beforeBytes / MEGABYTE),
    rss_peak_mb: rounded(peakBytes / MEGABYTE),
    rss_after_mb: rounded(afterBytes / MEGABYTE),
    rise_in_sizes: rounded((peakBytes - beforeBytes) / jsonBytes),
    kept_in_sizes: rounded((afterBytes - beforeBytes) / jsonBytes),
  };
}
