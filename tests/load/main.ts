/** `bun run bench NAME [--json]`: measures, and prints a table for people or one JSON object a line for machines. */
import { parseArgs } from "node:util";
import { benchIngest } from "./ingest/bench-ingest.ts";
import type { Figures } from "./measure/figures.ts";
import { printFigures } from "./measure/print-figures.ts";
import { benchStart } from "./start/bench-start.ts";

const BENCHES: Readonly<Record<string, () => AsyncIterable<Figures>>> = { ingest: benchIngest, start: benchStart };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false } },
});
const bench = BENCHES[positionals[0] ?? ""];
if (bench === undefined) {
  process.stderr.write(`Which one? bun run bench ${Object.keys(BENCHES).join("|")} [--json]\n`);
  process.exit(2);
}
await printFigures(bench(), values.json);
process.exit(0);
