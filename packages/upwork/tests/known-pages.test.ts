import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mayRecord } from "../may-record.ts";
import { pageKindOf } from "../page-kind.ts";
import type { PageKind } from "../page-kinds.ts";

// Saved pages of Upwork and their addresses; other people's work, so they lie beside the repository, not in it.
const LIST = join(import.meta.dir, "../../../../shared/upwork/pages/urls.tsv");

describe("saved pages", () => {
  test.skipIf(!existsSync(LIST))("have the kinds that people gave them (skipped without ../shared/upwork)", () => {
    const rows = readFileSync(LIST, "utf8").trim().split("\n").slice(1);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const [, url = "", kind = "", record = ""] = row.split("\t");
      expect(pageKindOf(url)).toBe(kind as PageKind);
      expect(mayRecord(url)).toBe(record === "yes");
    }
  });
});
