import * as fc from "fast-check";
import { anyRequest } from "../generate/any-request.ts";
import { reproduction } from "../oracle/reproduction.ts";
import type { Player } from "./player.ts";

/** Requests that are under way at once, at most. */
const AT_ONCE = 40;
/** Batches drawn from one seed. */
const BATCHES = 50;
/** How long a smaller case that fails is looked for, in milliseconds. */
const SHRINK_MS = 60_000;

/** Sends so many random requests, some at once; gives what failed, in its least form. Stops at the first failure. */
export async function playBatches(player: Player, cases: number, seed: number): Promise<string[]> {
  let sent = 0;
  let failedMs: number | undefined;
  const property = fc.asyncProperty(
    fc.array(anyRequest, { minLength: 1, maxLength: AT_ONCE, size: "max" }),
    async (requests) => {
      // What is not tried any more is taken for good, so that the search for less ends.
      if (sent >= cases && failedMs === undefined) return;
      if (failedMs !== undefined && Date.now() - failedMs > SHRINK_MS) return;
      sent += requests.length;
      const complaints = await Promise.all(requests.map((request) => player.complaint(request)));
      const found = complaints.filter((complaint) => complaint !== undefined);
      if (found.length === 0) return;
      failedMs ??= Date.now();
      throw new Error(found.join("\n"));
    },
  );
  for (let round = 0; sent < cases; round += 1) {
    const result = await fc.check(property, { seed: seed + round, numRuns: BATCHES });
    if (!result.failed) continue;
    const [least = []] = result.counterexample ?? [];
    const why = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
    const requests = least.map((request) => `# ${request.label}\n${reproduction(request)}`);
    return [`--seed ${seed}, round ${round}, path ${result.counterexamplePath}: ${why}\n${requests.join("\n")}`];
  }
  return [];
}
