import { configurationPage } from "./configuration-page.ts";
import { errorsPage } from "./errors-page.ts";
import { exportsPage } from "./exports-page.ts";
import { pageKindsPage } from "./page-kinds-page.ts";

/** The pages that are printed from the source: each file, from the repository's folder, and its text. */
export function printedPages(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/configuration.md", configurationPage()],
    ["docs/errors.md", errorsPage()],
    ["docs/exports.md", exportsPage()],
    ["docs/page-kinds.md", pageKindsPage()],
  ]);
}
