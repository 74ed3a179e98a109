import type { Figures } from "./figures.ts";

/** Prints rows as they come (JSON lines), or all of them as a table at the end. */
export async function printFigures(rows: AsyncIterable<Figures>, json: boolean): Promise<void> {
  const kept: Figures[] = [];
  for await (const row of rows) {
    if (json) process.stdout.write(`${JSON.stringify(row)}\n`);
    else kept.push(row);
  }
  if (json) return;
  const names = [...new Set(kept.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...kept.map((row) => names.map((name) => String(row[name] ?? "")))];
  const widths = names.map((_name, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  for (const line of lines) {
    process.stdout.write(
      `${line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
}
