/**
 * `bun run chaos [--seed TEXT] [--faults N] [--minutes M] [--quiet]`: the distributed system under faults. Prints what
 * happened and what it came to; ends with 1 when something is not as it must be.
 */
import { parseArgs } from "node:util";
import { planFaults } from "./faults/plan-faults.ts";
import { Random } from "./random/random.ts";
import { reportLines } from "./run/chaos-report.ts";
import { runChaos } from "./run/run-chaos.ts";

/** A frozen process stays so for longer than its leases of 30 s, in milliseconds. */
const FREEZE_MS = 33_000;
/** How long everything may take to come to rest, in milliseconds: a lost lease and the longest pause between two tries. */
const SETTLE_MS = 120_000;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now()) },
    faults: { type: "string", default: "220" },
    minutes: { type: "string", default: "6.5" },
    quiet: { type: "boolean", default: false },
  },
});
const [faults, minutes] = [Number(values.faults), Number(values.minutes)];
if (!Number.isInteger(faults) || faults < 1 || !(minutes > 0)) {
  process.stderr.write("bun run chaos [--seed TEXT] [--faults N] [--minutes M] [--quiet]\n");
  process.exit(2);
}
const tell = (line: string) => void (values.quiet || process.stdout.write(`${line}\n`));
tell(`seed ${values.seed}`);
const report = await runChaos({
  seed: values.seed,
  plan: planFaults(faults, new Random(`${values.seed}/plan`)),
  overMs: minutes * 60_000,
  freezeMs: FREEZE_MS,
  settleMs: SETTLE_MS,
  tell,
});
process.stdout.write(`${reportLines(report).join("\n")}\n`);
process.exit(report.findings.length === 0 ? 0 : 1);
