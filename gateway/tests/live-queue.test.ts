import { describe, expect, test } from "bun:test";
import { create } from "@bufbuild/protobuf";
import { LiveEventSchema } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";
import * as fc from "fast-check";
import { LiveQueue } from "../live/live-queue.ts";

const forever = new AbortController().signal;
const analysis = (sessionId: string, percent: number) =>
  create(LiveEventSchema, { change: { case: "analysis", value: { sessionId, percent } } });
const upload = (sessionId: string, tabId: string, durableThrough: number) =>
  create(LiveEventSchema, {
    change: { case: "uploadState", value: { sessionId, tabs: [{ tabId, durableThrough: BigInt(durableThrough) }] } },
  });

async function drain(queue: LiveQueue) {
  const events = [];
  for (let event = await queue.next(0, forever); event !== undefined; event = await queue.next(0, forever)) {
    events.push(event);
  }
  return events;
}

describe("what a live viewer has still to be told", () => {
  test("is the latest state of each thing, the one that changed last at the end", async () => {
    const queue = new LiveQueue();
    const all = [
      analysis("a", 1),
      upload("a", "t1", 0),
      analysis("b", 5),
      upload("a", "t2", 0),
      analysis("a", 2),
      upload("a", "t1", 1),
    ];
    for (const event of all) queue.add(event);
    expect(await drain(queue)).toEqual(all.slice(2));
  });

  test("ends with the truth, however fast it changes and however slowly it is read", async () => {
    const step = fc.oneof(
      fc.record({ id: fc.nat({ max: 6 }), percent: fc.nat({ max: 100 }) }),
      fc.constant("read" as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const queue = new LiveQueue();
        const truth = new Map<string, number>();
        const seen = new Map<string, number>();
        const see = (event: Awaited<ReturnType<LiveQueue["next"]>>) => {
          if (event?.change.case === "analysis") seen.set(event.change.value.sessionId, event.change.value.percent);
        };
        for (const each of steps) {
          if (each === "read") see(await queue.next(0, forever));
          else {
            truth.set(String(each.id), each.percent);
            queue.add(analysis(String(each.id), each.percent));
          }
        }
        for (const event of await drain(queue)) see(event);
        expect(seen).toEqual(truth);
      }),
    );
  });

  test("is bounded: of too many things the oldest fall away", async () => {
    const queue = new LiveQueue();
    for (let id = 0; id < 5_000; id += 1) queue.add(analysis(String(id), id));
    const left = await drain(queue);
    expect(left).toHaveLength(1_000);
    expect(left.at(-1)).toEqual(analysis("4999", 4_999));
  });

  test("comes as soon as it is there", async () => {
    const queue = new LiveQueue();
    const next = queue.next(60_000, forever);
    queue.add(analysis("a", 3));
    expect(await next).toEqual(analysis("a", 3));
  });

  test("ends with the viewer", async () => {
    const gone = new AbortController();
    const next = new LiveQueue().next(60_000, gone.signal);
    gone.abort();
    expect(await next).toBeUndefined();
    expect(await new LiveQueue().next(60_000, gone.signal)).toBeUndefined();
  });
});
