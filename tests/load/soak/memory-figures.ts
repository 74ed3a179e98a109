import { type Figures, MEGABYTE, rounded, slope } from "../measure/figures.ts";

/** The memory of a server at a time. */
export interface Sample {
  readonly seconds: number;
  readonly rssBytes: number;
}

const SECONDS_A_MINUTE = 60;

/**
 * Whether memory is flat: the first, last and largest sample, last against first, and how much it rises in a minute
 * over the second half, when caches are full.
 */
export function memoryFigures(samples: readonly Sample[]): Figures {
  const [first, last] = [samples[0]?.rssBytes ?? 0, samples.at(-1)?.rssBytes ?? 0];
  const half = samples.slice(Math.floor(samples.length / 2));
  const points = half.map(({ seconds, rssBytes }) => ({ x: seconds / SECONDS_A_MINUTE, y: rssBytes / MEGABYTE }));
  return {
    samples: samples.length,
    rss_first_mb: rounded(first / MEGABYTE),
    rss_last_mb: rounded(last / MEGABYTE),
    rss_max_mb: rounded(Math.max(0, ...samples.map(({ rssBytes }) => rssBytes)) / MEGABYTE),
    rss_last_vs_first: rounded(first === 0 ? 0 : last / first),
    rss_mb_per_minute_in_last_half: rounded(slope(points)),
  };
}
