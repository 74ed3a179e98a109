import { expect, test } from "bun:test";
import { REPEAT_MS } from "../refresh/refresh-token.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { registerPerson } from "./support/people.ts";
import { randomNumbers } from "./support/random.ts";
import { reasonFor } from "./support/refusals.ts";

const STEPS = 40;

describeAuth("Any sequence of refreshes", (the) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("(seed %i) follows the rules of one chain of tokens", async (seed) => {
    const random = randomNumbers(seed);
    const anna = await registerPerson(the.instance, "anna@example.com");
    /** The tokens in their order; the last was never exchanged. */
    const chain = [anna.refreshToken];
    let lastUseMs = 0;
    let isEnded = false;
    for (let step = 0; step < STEPS; step += 1) {
      the.instance.clock.pass(random(3) === 0 ? REPEAT_MS + 1 : random(REPEAT_MS / 4));
      // Mostly one of the newest two, as clients do; seldom an older one, as thieves do.
      const back = random(12) === 0 ? random(chain.length) : random(Math.min(2, chain.length));
      const token = chain.at(-1 - back) ?? "";
      const nowMs = the.instance.clock.now();
      const isNewest = back === 0;
      const isRepeat = back === 1 && nowMs - lastUseMs <= REPEAT_MS;

      const asked = (step % 2 ? the.open : the.instance).auth.refreshTokens({ refreshToken: token });
      if (!isNewest && !isRepeat) {
        expect(await reasonFor(asked)).toBe("refresh_token_reused");
        isEnded = true;
      } else if (isEnded) {
        expect(await reasonFor(asked)).toBe("refresh_token_invalid");
      } else {
        const successor = (await asked).tokens?.refreshToken ?? "";
        if (isNewest) {
          expect(chain).not.toContain(successor);
          chain.push(successor);
          lastUseMs = nowMs;
        } else {
          expect(successor).toBe(chain.at(-1) ?? "");
        }
      }
    }
  });
});
