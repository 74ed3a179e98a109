import { beforeAll, describe, setDefaultTimeout } from "bun:test";
import { sharedAllInOne } from "./all-in-one.ts";
import { DISTRIBUTED_NEEDS, sharedDistributed } from "./distributed.ts";
import type { System } from "./system.ts";

/** How long a test may take on a busy machine, in milliseconds. */
export const TEST_TIMEOUT_MS = 60_000;
/** How long a whole system may take to start on a busy machine, in milliseconds. */
export const BOOT_TIMEOUT_MS = 120_000;

const MODES = [
  { title: "all in one", skip: false, start: sharedAllInOne },
  { title: DISTRIBUTED_NEEDS.title("distributed"), skip: DISTRIBUTED_NEEDS.skip, start: sharedDistributed },
];

/** Describes what must hold for a user in both ways to run Gigtrail. Each way is started once in a test process. */
export function describeBothWays(topic: string, body: (system: () => System) => void): void {
  setDefaultTimeout(TEST_TIMEOUT_MS);
  for (const { title, skip, start } of MODES) {
    describe.skipIf(skip)(`${topic}, ${title}`, () => {
      let system: System | undefined;
      beforeAll(async () => {
        system = await start();
      }, BOOT_TIMEOUT_MS);
      body(() => {
        if (system === undefined) throw new Error("the system has not been started");
        return system;
      });
    });
  }
}
