import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A file that the project did not make. */
export interface SharedFile {
  readonly name: string;
  readonly text: string;
}

const SHARED = fileURLToPath(new URL("../../../../../../shared/", import.meta.url));

/** Files of this folder of ../shared whose names end so, its subfolders included; none where it is absent. */
export function sharedFiles(folder: string, ending: string): SharedFile[] {
  const root = join(SHARED, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && statSync(join(root, name)).isFile())
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(root, name), "utf8") }));
}
