/**
 * `bun run bench NAME [--json] [--quick] [--minutes N]`: measures, and prints a table for people or one JSON object a
 * line for machines. `--quick` only shows that a bench works. `--minutes` is how long the soak takes.
 */
import { parseArgs } from "node:util";
import { benchAtRest } from "./at-rest/bench-at-rest.ts";
import { benchCatchUp } from "./catch-up/bench-catch-up.ts";
import { benchDistributed } from "./distributed/bench-distributed.ts";
import { benchIngest } from "./ingest/bench-ingest.ts";
import { benchLarge } from "./large/bench-large.ts";
import type { BenchOptions } from "./measure/bench-options.ts";
import { CannotRun } from "./measure/cannot-run.ts";
import type { Figures } from "./measure/figures.ts";
import { printFigures } from "./measure/print-figures.ts";
import { benchMix } from "./mix/bench-mix.ts";
import { benchSoak } from "./soak/bench-soak.ts";
import { benchStages } from "./stages/bench-stages.ts";
import { benchStart } from "./start/bench-start.ts";
import { benchStarvation } from "./starvation/bench-starvation.ts";

const BENCHES: Readonly<Record<string, (options: BenchOptions) => AsyncIterable<Figures>>> = {
  ingest: benchIngest,
  mix: benchMix,
  distributed: benchDistributed,
  starvation: benchStarvation,
  large: benchLarge,
  soak: benchSoak,
  "catch-up": benchCatchUp,
  "at-rest": benchAtRest,
  stages: benchStages,
  start: benchStart,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    minutes: { type: "string", default: "10" },
  },
});
const bench = BENCHES[positionals[0] ?? ""];
const minutes = Number(values.minutes);
if (bench === undefined || !(minutes > 0)) {
  const names = Object.keys(BENCHES).join("|");
  process.stderr.write(`Which one? bun run bench ${names} [--json] [--quick] [--minutes N]\n`);
  process.exit(2);
}
try {
  await printFigures(bench({ quick: values.quick, minutes }), values.json);
} catch (error) {
  if (!(error instanceof CannotRun)) throw error;
  process.stderr.write(`Skipped: ${error.message}\n`);
}
process.exit(0);
