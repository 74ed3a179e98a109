import { expect, test } from "bun:test";
import { AttributeBudget, BURST_PER_NODE, REFILL_PER_SECOND } from "../dom/attribute-budget.ts";
import type { RrwebEvent } from "../dom/rrweb-event.ts";

function change(id: number, timestamp: number, texts: { id: number; value: string }[] = []): RrwebEvent {
  const attributes = [{ id, attributes: { style: String(timestamp) } }];
  return { type: 3, data: { source: 0, attributes, texts, adds: [], removes: [] }, timestamp };
}

test("an element that changes all the time is held back, others are not", () => {
  const budget = new AttributeBudget();
  const passed = Array.from({ length: BURST_PER_NODE + 50 }, () => budget.apply(change(7, 0)));
  expect(passed.filter(({ event }) => event !== undefined)).toHaveLength(BURST_PER_NODE);
  expect(passed.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(50);
  expect(budget.apply(change(8, 0)).dropped).toBe(0);
});

test("its budget comes back with time", () => {
  const budget = new AttributeBudget();
  for (let i = 0; i < BURST_PER_NODE; i++) budget.apply(change(7, 0));
  const later = Array.from({ length: REFILL_PER_SECOND + 5 }, () => budget.apply(change(7, 1_000)).dropped);
  expect(later.reduce((sum, dropped) => sum + dropped, 0)).toBe(5);
});

test("text in the same event always passes", () => {
  const budget = new AttributeBudget();
  for (let i = 0; i < BURST_PER_NODE; i++) budget.apply(change(7, 0));
  const { event, dropped } = budget.apply(change(7, 0, [{ id: 9, value: "new" }]));
  expect(dropped).toBe(1);
  expect(event).toMatchObject({ data: { attributes: [], texts: [{ id: 9, value: "new" }] } });
});
