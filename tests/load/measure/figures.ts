/** One row of a bench: names with their units in them, and numbers or words. */
export type Figures = Readonly<Record<string, string | number>>;

/** Bytes in a megabyte, wherever a figure says MB. */
export const MEGABYTE = 1024 * 1024;

/** The middle of some numbers; machines are noisy, means are not to be trusted. */
export function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5);
}

/** The number below which this part (0 to 1) of the numbers lies. */
export function percentile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** Rounds to three significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** A place in a plane: what was measured, and when. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How much y rises with each x: the line of least squares. 0 for fewer than two different x. */
export function slope(points: readonly Point[]): number {
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const run = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (points.length < 2 || run === 0) return 0;
  return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / run;
}
