import { expect, test } from "bun:test";
import { eventually } from "@gigtrail/test-servers/eventually";
import * as fc from "fast-check";
import { createMemoryStore } from "../../core/memory-store.ts";
import { openRecorder, type Recorder } from "../../core/open-recorder.ts";
import type { OutboxStore } from "../../core/outbox-store.ts";
import { Life, withoutLeases } from "./support/killable.ts";
import { type Mishap, ModelPort } from "./support/model-port.ts";
import { unhurried } from "./support/unhurried.ts";

const MISHAPS: readonly Mishap[] = [
  "none",
  "none",
  "none",
  "cut",
  "lose_answer",
  "late",
  "busy",
  "internal",
  "not_gigtrail",
  "throttle",
  "stop",
  "token_ended",
];

const WAIT_MS = 20_000;

function open(store: OutboxStore, model: ModelPort, more: object = {}): Recorder {
  const retry = { ...unhurried().policy, maxDelayMs: 1 };
  return openRecorder({ store, port: model.port, retry, limits: { maxEvents: 3, maxWaitMs: 1 }, ...more });
}

async function untilEmpty(recorder: Recorder): Promise<void> {
  await eventually(async () => {
    const { sessions, waitingChunks, bytes } = await recorder.state();
    expect({ sessions, waitingChunks, bytes }).toEqual({ sessions: [], waitingChunks: 0, bytes: 0 });
  }, WAIT_MS);
}

const event = (n: number) => ({ type: 3, timestamp: n, data: { n } });

test(
  "whatever the server and the network do, every acknowledged append arrives once, in order, and the outbox empties",
  async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant("append" as const), tab: fc.nat(2), count: fc.nat(7) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("flush" as const) }) },
      // A second context that uploads beside the first and does not see its lease.
      { weight: 1, arbitrary: fc.record({ do: fc.constant("another" as const) }) },
    );
    const script = fc.array(fc.constantFrom(...MISHAPS), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), script, async (steps, mishaps) => {
        const store = createMemoryStore();
        const model = new ModelPort(mishaps);
        const all: Recorder[] = [open(store, model)];
        const current = (): Recorder => all.at(-1) ?? open(store, model);
        const sessionId = await current().startSession("Monday");
        const tabs = await Promise.all([0, 1, 2].map(() => current().startTab(sessionId)));
        const acknowledged = new Map<string, number[]>(tabs.map((tab) => [tab, []]));
        let n = 0;
        for (const action of steps) {
          if (action.do === "append") {
            const tab = tabs[action.tab] ?? "";
            const numbers = Array.from({ length: action.count }, () => (n += 1));
            await current().appendEvents(tab, numbers.map(event));
            acknowledged.get(tab)?.push(...numbers);
          } else if (action.do === "flush") await current().flush();
          else all.push(open(withoutLeases(store), model));
        }
        await current().finishSession(sessionId);
        await untilEmpty(current());
        for (const [tab, numbers] of acknowledged) {
          expect(model.held.eventsOf(sessionId, tab)).toEqual(numbers.map(event));
        }
        expect(model.held.isComplete(sessionId) || n === 0).toBe(true);
        for (const recorder of all) await recorder.close();
      }),
      { numRuns: 60 },
    );
  },
  3 * WAIT_MS,
);

test(
  "killed before or after any call, a recorder loses nothing that it acknowledged and sends nothing twice",
  async () => {
    const life = fc.record({ calls: fc.integer({ min: 1, max: 60 }), endsAfter: fc.boolean() });
    const script = fc.array(fc.constantFrom(...MISHAPS), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 6 }), script, async (lives, mishaps) => {
        const store = createMemoryStore();
        const model = new ModelPort(mishaps);
        const first = openRecorder({ store });
        const sessionId = await first.startSession("Monday");
        const tab = await first.startTab(sessionId);
        const acknowledged: number[] = [];
        let n = 0;
        for (const { calls, endsAfter } of lives) {
          const context = new Life(calls, endsAfter);
          // The one before is dead; that its lease runs for some seconds yet would only cost time.
          const recorder = open(context.store(withoutLeases(store)), model, { port: context.port(model.port) });
          const work = async (): Promise<void> => {
            for (let turn = 0; turn < 20; turn += 1) {
              const numbers = [(n += 1), (n += 1)];
              await recorder.appendEvents(tab, numbers.map(event));
              acknowledged.push(...numbers);
            }
            context.kill();
          };
          await Promise.race([work(), context.died]);
        }
        const last = open(withoutLeases(store), model);
        await last.finishSession(sessionId);
        await untilEmpty(last);
        await last.close();
        const arrived = model.held.eventsOf(sessionId, tab).map((held) => (held as ReturnType<typeof event>).timestamp);
        expect(arrived).toEqual([...new Set(arrived)].toSorted((a, b) => a - b));
        expect(acknowledged.filter((number) => !arrived.includes(number))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  },
  3 * WAIT_MS,
);

test(
  "chunks that are refused for good are listed with their reason, and all others arrive",
  async () => {
    const reasons = fc.constantFrom("page_never_recorded", "scrub_failed", "chunk_conflict", "json_too_deep");
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.nat(9).map(String), reasons, { maxKeys: 5 }),
        fc.array(fc.constantFrom(...MISHAPS), { maxLength: 30 }),
        async (bad, mishaps) => {
          const model = new ModelPort(mishaps);
          const recorder = open(createMemoryStore(), model);
          const sessionId = await recorder.startSession("Monday");
          const tab = await recorder.startTab(sessionId);
          for (const [seq, reason] of Object.entries(bad)) model.refusals.set(`${tab}/${seq}`, reason);
          for (let seq = 0; seq < 10; seq += 1) await recorder.appendEvents(tab, [event(seq), event(seq), event(seq)]);
          await recorder.finishSession(sessionId);
          await eventually(async () => expect((await recorder.state()).waitingChunks).toBe(0), WAIT_MS);
          const { parked } = await recorder.state();
          expect(Object.fromEntries(parked.map(({ seq, reason }) => [String(seq), reason]))).toEqual({ ...bad });
          const stored = [...(model.held.tabs.get(`${sessionId}/${tab}`)?.keys() ?? [])].map(String);
          expect(stored.toSorted()).toEqual(
            Array.from({ length: 10 }, (_, seq) => String(seq)).filter((seq) => !(seq in bad)),
          );
          for (const chunk of parked) await recorder.discardParked(chunk);
          await untilEmpty(recorder);
          await recorder.close();
        },
      ),
      { numRuns: 30 },
    );
  },
  3 * WAIT_MS,
);
