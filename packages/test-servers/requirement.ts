import { test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findChromium, findNatsServer, findPostgresFolder } from "./find-program.ts";

/** The folder beside the repository that holds material which is not part of it; GIGTRAIL_SHARED names another. */
const SHARED = process.env["GIGTRAIL_SHARED"] || join(import.meta.dir, "../../../shared");

/** Something outside the repository that tests may need, and how it is found. */
const NEEDS = {
  /** For sharedNats. */
  "nats-server": () => process.env["NATS_URL"] || findNatsServer(),
  /** For startNats: one that the test may kill. */
  "own nats-server": findNatsServer,
  /** For sharedPostgres. */
  postgresql: () => process.env["DATABASE_URL"] || findPostgresFolder(),
  /** For startPostgres: one that the test may kill. */
  "own postgresql": findPostgresFolder,
  chromium: findChromium,
} as const;

/** What a test file needs from outside the repository. */
export interface Requirement {
  /** Whether it is missing, so that the tests that need it must be skipped. */
  readonly skip: boolean;
  /** Where it is: an address, a program, a folder. Throws when it is missing. */
  readonly path: string;
  /** The name of a test or group that needs it; says why it is skipped when it is. */
  title(name: string): string;
}

/**
 * Asks for something that tests need from outside the repository. Call it at the top of a test file:
 *
 *     const nats = requirement("nats-server");
 *     describe.skipIf(nats.skip)(nats.title("NatsBus"), () => { … });
 *
 * Where it is missing, these tests are skipped by name with the reason; with GIGTRAIL_TEST_ALL=1 the file fails.
 */
export function requirement(need: keyof typeof NEEDS): Requirement {
  return makeRequirement(need, NEEDS[need]());
}

/** Asks for a file or folder of ../shared, such as `upwork`. */
requirement.folder = (name: string): Requirement => {
  const path = join(SHARED, name);
  return makeRequirement(`../shared/${name}`, existsSync(path) ? path : undefined);
};

/** Joins requirements: the tests need all of them. `path` is that of the first. */
requirement.all = (...all: readonly [Requirement, ...Requirement[]]): Requirement =>
  all.find((each) => each.skip) ?? all[0];

function makeRequirement(need: string, path: string | undefined): Requirement {
  if (path !== undefined) return { skip: false, path, title: (name) => name };
  if (process.env["GIGTRAIL_TEST_ALL"] === "1") {
    test(`${need} is there, since GIGTRAIL_TEST_ALL=1`, () => {
      throw new Error(`${need} was not found`);
    });
  }
  return {
    skip: true,
    get path(): string {
      throw new Error(`${need} was not found`);
    },
    title: (name) => `${name} [skipped: ${need} was not found]`,
  };
}
