/** How many tests ended how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What became of a room's tests. */
export interface RoomResult {
  readonly room: string;
  readonly counts: Counts;
  readonly seconds: number;
  /** What is worth showing: everything of a room that failed, one line of one that did not. */
  readonly report: string;
  /** Names of the tests that failed, or what else went wrong. */
  readonly failures: string[];
  /** Names of the tests that were skipped; each says why. */
  readonly skips: string[];
}

/** How long a single test may take, in milliseconds: browsers and databases start within some. */
const TEST_TIMEOUT_MS = 120_000;
/** How long a room may take, in milliseconds. */
const ROOM_TIMEOUT_MS = 15 * 60_000;

/** Adds counts. */
export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** Runs a room's tests with `bun test` in a process of their own. A process that dies counts as a failure. */
export async function runRoom(repository: string, room: string, files: readonly string[]): Promise<RoomResult> {
  const started = performance.now();
  const paths = files.length > 0 ? files : [room];
  const running = Bun.spawn(
    [process.execPath, "test", "--timeout", String(TEST_TIMEOUT_MS), ...paths.map((path) => `./${path}`)],
    {
      cwd: repository,
      env: { ...process.env, NO_COLOR: "1" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: ROOM_TIMEOUT_MS,
    },
  );
  const [out, err] = await Promise.all([new Response(running.stdout).text(), new Response(running.stderr).text()]);
  const exitCode = await running.exited;
  return judge(room, err + out, exitCode, (performance.now() - started) / 1000);
}

/** Reads bun's report. */
export function judge(room: string, output: string, exitCode: number, seconds: number): RoomResult {
  const failures = namesOf(output, "fail").map((name) => `${room}: ${name}`);
  const counts = { passed: countOf(output, "pass"), failed: countOf(output, "fail"), skipped: countOf(output, "skip") };
  const nothingThere = /did not match any test files|No tests found/.test(output);
  const died = exitCode !== 0 && counts.failed === 0 && !nothingThere;
  if (died) failures.push(`${room}: the test process ended with status ${exitCode}`);
  const failed = counts.failed + (died ? 1 : 0);
  return {
    room,
    counts: { ...counts, failed },
    seconds,
    report: failed > 0 ? `\n── ${room}\n${output}\n` : `${room}: ${counts.passed} passed\n`,
    failures,
    skips: namesOf(output, "skip").map((name) => `${room}: ${name}`),
  };
}

/** The number in a summary line such as ` 15 pass`. */
function countOf(output: string, word: string): number {
  return Number(new RegExp(`^ *(\\d+) ${word}$`, "m").exec(output)?.[1] ?? 0);
}

/** The tests of lines such as `(fail) group > name [1.00ms]`; bun repeats the failed ones at the end. */
function namesOf(output: string, word: string): string[] {
  const names = [...output.matchAll(new RegExp(`^\\(${word}\\) (.*?)(?: \\[[\\d.]+m?s\\])?$`, "gm"))].map(
    ([, name]) => name ?? "",
  );
  return [...new Set(names)];
}
