/** `bun run fuzz [--cases N] [--seed S]`: sends a running Gigtrail what no client should, and looks what is left of it. */
import { parseArgs } from "node:util";
import { fuzz } from "./run/fuzz.ts";

const DEFAULT_CASES = 20_000;
const WARM_UP_SHARE = 0.1;
/** Seeds that are chosen by chance are below this. */
const SEEDS = 1_000_000_000;

const { values } = parseArgs({ options: { cases: { type: "string" }, seed: { type: "string" } } });
const cases = wholeNumber(values.cases, DEFAULT_CASES);
const seed = wholeNumber(values.seed, Math.floor(Math.random() * SEEDS));
process.stdout.write(`${cases} cases, --seed ${seed}\n`);
const { complaints, answers, acknowledged, memory } = await fuzz({
  cases,
  warmUpCases: Math.ceil(cases * WARM_UP_SHARE),
  seed,
  heavy: true,
});
for (const [answer, count] of [...answers].toSorted(([, a], [, b]) => b - a)) {
  process.stdout.write(`${String(count).padStart(8)}  ${answer === "0" ? "closed without a word" : answer}\n`);
}
process.stdout.write(`${acknowledged} acknowledged chunks read back; memory: ${memory}\n`);
for (const complaint of complaints) process.stdout.write(`FAILED ${complaint}\n`);
process.stdout.write(complaints.length === 0 ? "Nothing amiss.\n" : `${complaints.length} amiss.\n`);
process.exit(complaints.length === 0 ? 0 : 1);

function wholeNumber(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write("bun run fuzz [--cases N] [--seed S], both whole numbers from 1 on\n");
  process.exit(2);
}
