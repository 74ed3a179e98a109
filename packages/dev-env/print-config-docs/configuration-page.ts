import { code, page, table } from "./markdown.ts";
import { PROCESSES, type Variable, variablesOf } from "./processes.ts";

/** docs/configuration.md: every variable of every process. */
export function configurationPage(): string {
  const rows = new Map<string, Variable[]>();
  for (const variable of PROCESSES.flatMap(variablesOf)) {
    const { name, isRequired, byDefault, meaning } = variable;
    const alike = JSON.stringify([name, isRequired, byDefault, meaning]);
    rows.set(alike, [...(rows.get(alike) ?? []), variable]);
  }
  // A variable that means something else to another process stands below its namesake.
  const names = [...new Set([...rows.values()].map(([first]) => first?.name))];
  const sorted = names.flatMap((name) => [...rows.values()].filter(([first]) => first?.name === name));
  return page(
    "# Configuration",
    "Every process is told by environment variables. A variable `NAME` may also be given as `NAME_FILE`, the path of a\n" +
      "file that holds it, as container secrets are (not so `DATABASE_URL`, `MASTER_KEY` and `LOG_LEVEL` of `start` and\n" +
      "`migrate`). A process that is told something wrong does not start and names every mistake, never a value.\n" +
      "`start` is the process of `bun run start`, which is all the others in one.",
    table(
      ["variable", "read by", "default", "meaning"],
      sorted.map((variables) => rowOf(variables)),
    ),
  );
}

function rowOf(variables: readonly Variable[]): string[] {
  const [first] = variables;
  if (first === undefined) return [];
  const { name, isRequired, byDefault, meaning } = first;
  const otherwise = byDefault === undefined ? "none" : byDefault === "" ? "empty" : code(byDefault);
  const readBy = variables.map(({ process }) => process).join(", ");
  return [code(name), readBy, isRequired ? "**must be given**" : otherwise, meaning];
}
