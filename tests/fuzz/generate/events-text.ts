import { loadSamples } from "@gigtrail/samples/load-samples";
import * as fc from "fast-check";
import { oddJson } from "./json-text.ts";

/** The text of a chunk, and how many events it is said to have. */
export interface EventsText {
  readonly text: string;
  readonly eventCount: number;
}

const MAX_SAMPLE_CHARS = 20_000;
const SAMPLES_OF_A_TYPE = 30;
/** Events of the samples, as texts: some of each kind, none of them large. */
const SAMPLES: readonly string[] = await sampleTexts();

async function sampleTexts(): Promise<string[]> {
  const events = (await loadSamples()).flatMap(({ tabs }) => tabs.flatMap((tab) => tab.events));
  const byType = Map.groupBy(events, ({ type }) => type);
  return [...byType.values()].flatMap((some) =>
    some
      .slice(0, SAMPLES_OF_A_TYPE)
      .map((event) => JSON.stringify(event))
      .filter((text) => text.length <= MAX_SAMPLE_CHARS),
  );
}

const time = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("0", "-1", "1e308", "8640000000000001", "-62135596800001", "253402300800000", "0.5"),
  },
  { weight: 1, arbitrary: oddJson },
);
const type = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 6 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("-1", "255", "256", "1.5", '"3"', "3e0") },
);
const href = fc
  .oneof(
    fc.constantFrom("https://www.upwork.com/jobs/~021950000000000000001", "about:blank", "javascript:0", "//", ""),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
  )
  .map((url) => JSON.stringify({ href: url, width: 1, height: 1 }));
const data = fc.oneof(
  { weight: 4, arbitrary: oddJson },
  { weight: 2, arbitrary: href },
  {
    weight: 1,
    arbitrary: oddJson.map((value) => `{"source":0,"adds":[{"parentId":1,"nextId":null,"node":${value}}]}`),
  },
  { weight: 1, arbitrary: oddJson.map((value) => `{"source":5,"id":1,"text":${value},"isChecked":false}`) },
  { weight: 1, arbitrary: oddJson.map((value) => `{"tag":"gt.net","payload":${value}}`) },
  {
    weight: 1,
    arbitrary: oddJson.map((value) => `{"node":{"type":2,"tagName":"input","attributes":${value},"id":1}}`),
  },
);
const members = fc.record({ type, time, data, twice: fc.nat({ max: 20 }) });
const event = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...SAMPLES) },
  {
    weight: 4,
    arbitrary: members.chain(({ type: kind, time: at, data: what, twice }) => {
      const all = [`"type":${kind}`, `"timestamp":${at}`, `"data":${what}`];
      const again = all[twice];
      return fc
        .shuffledSubarray(again === undefined ? all : [...all, again], { minLength: all.length })
        .map((some) => `{${some.join(",")}}`);
    }),
  },
  { weight: 1, arbitrary: oddJson },
);

/** Texts of chunks: real events, odd ones, and what is no array. */
export const eventsText: fc.Arbitrary<EventsText> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.array(event, { minLength: 1, maxLength: 6 }), fc.integer({ min: -1, max: 12 }))
      .map(([events, off]) => ({ text: `[${events.join(",")}]`, eventCount: events.length + (off > 1 ? 0 : off) })),
  },
  { weight: 1, arbitrary: oddJson.map((text) => ({ text, eventCount: 1 })) },
);
