import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { printedPages } from "../print-config-docs/pages.ts";
import { PROCESSES, variablesOf } from "../print-config-docs/processes.ts";

const REPOSITORY = join(import.meta.dir, "../../..");

describe("the printed pages of docs/", () => {
  for (const [file, text] of printedPages()) {
    test(`${file} is what the source gives; if not: bun packages/dev-env/print-config-docs.ts`, async () => {
      expect(await Bun.file(join(REPOSITORY, file)).text()).toBe(text);
    });
  }

  test("every setting says what it means", () => {
    for (const { name, process, meaning } of PROCESSES.flatMap(variablesOf)) {
      expect(meaning, `${name} of ${process}`).not.toBe("");
    }
  });

  test("no secret has a default", () => {
    for (const { name, byDefault } of PROCESSES.flatMap(variablesOf)) {
      if (/SECRET|TOKEN|KEY|PASSWORD$/.test(name)) expect(byDefault).toBeUndefined();
    }
  });
});
