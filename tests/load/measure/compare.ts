import type { Run } from "../drive/measure-side.ts";
import type { Side } from "../sides/side.ts";
import { type Figures, rounded } from "./figures.ts";
import { type RunFigures, runFigures } from "./run-figures.ts";

/** The figures of every side of a comparison, by the side's name, in their order. */
export function figuresBySide(runs: ReadonlyMap<Side, readonly Run[]>): Map<string, RunFigures> {
  return new Map([...runs].map(([side, all]) => [side.name, runFigures(all)]));
}

/** A column with a figure against another's of the same run; no column where that one did not run. */
export function versus(column: string, figure: number, other: number | undefined): Figures {
  return other === undefined ? {} : { [column]: rounded(figure / other) };
}
