/** `bun packages/dev-env/print-config-docs.ts`: prints the pages of docs/ that follow from the source. */
import { join } from "node:path";
import { printedPages } from "./print-config-docs/pages.ts";

const REPOSITORY = join(import.meta.dir, "../..");

for (const [file, text] of printedPages()) {
  await Bun.write(join(REPOSITORY, file), text);
  process.stdout.write(`${file}\n`);
}
