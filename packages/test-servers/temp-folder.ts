import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardFolder } from "./guard.ts";

/** A folder for one test; `using` removes it at the end of the block. */
export interface TempFolder extends Disposable {
  readonly path: string;
  /** Removes it with all that is in it. Safe to call twice. */
  remove(): void;
}

/** Makes an empty folder that is removed with this process at the latest, however that ends. */
export function createTempFolder(parent = tmpdir()): TempFolder {
  const path = mkdtempSync(join(realpathSync(parent), "gigtrail-test-"));
  guardFolder(path);
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  return { path, remove, [Symbol.dispose]: remove };
}
