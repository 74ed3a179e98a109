/** Says at the top of a page where it comes from. */
export const PRINTED =
  "<!-- Printed by `bun packages/dev-env/print-config-docs.ts`; change the source, not this page. -->";

/** A word as code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** A table as the formatter writes it; bars in cells are written so that they do not end the cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, nth) => Math.max(...lines.map((cells) => Bun.stringWidth(cells[nth] ?? ""))));
  const pad = (cell: string, nth: number) => cell + " ".repeat((widths[nth] ?? 0) - Bun.stringWidth(cell));
  const rule = widths.map((width) => "-".repeat(width));
  const [first = [], ...rest] = lines;
  return [first, rule, ...rest].map((cells) => `| ${cells.map(pad).join(" | ")} |`).join("\n");
}

/** A page: its parts with an empty line between them. */
export function page(...parts: readonly string[]): string {
  return `${[PRINTED, ...parts].join("\n\n")}\n`;
}
