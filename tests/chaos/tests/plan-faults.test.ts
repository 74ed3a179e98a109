import { expect, test } from "bun:test";
import { FAULT_NAMES } from "../faults/fault-kinds.ts";
import { planFaults } from "../faults/plan-faults.ts";
import { Random } from "../random/random.ts";

test("of 200 faults each kind comes at least ten times", () => {
  const plan = planFaults(200, new Random("some seed"));
  expect(plan.length).toBeGreaterThanOrEqual(200);
  for (const name of FAULT_NAMES) {
    expect(plan.filter((each) => each === name).length).toBeGreaterThanOrEqual(10);
  }
});

test("the same seed gives the same plan, another one another", () => {
  const plan = (seed: string) => planFaults(60, new Random(seed));
  expect(plan("one")).toEqual(plan("one"));
  expect(plan("one")).not.toEqual(plan("two"));
});
