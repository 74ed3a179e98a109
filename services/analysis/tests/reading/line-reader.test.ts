import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { BrokenStreamError, type Frame, LineReader } from "../../reading/line-reader.ts";

const NEWLINE = 10;

describe("lines of a stream of frames", () => {
  const line = fc.oneof(
    fc.json(),
    fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("\n")),
  );
  const runs = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.array(line, { maxLength: 6 })), { maxLength: 8 });

  test("are the same wherever the frames are cut, also within a character", () => {
    fc.assert(
      fc.property(runs, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (tabs, sizes) => {
        const reader = new LineReader();
        const expected = tabs.flatMap(([tabId, lines]) => lines.map((text) => [tabId, text]));
        const read = tabs
          .flatMap(([tabId, lines]) => framesOf(tabId, lines, sizes))
          .flatMap((each) => [...reader.read(each)].map((text) => [each.tabId, text]));
        reader.end();
        expect(read).toEqual(expected);
      }),
    );
  });

  test("never go on in another tab", () => {
    const reader = new LineReader();
    expect([...reader.read(frame("a", '{"half', false))]).toEqual([]);
    expect(() => [...reader.read(frame("b", '":1}\n', true))]).toThrow(BrokenStreamError);
  });

  test("never end with the stream", () => {
    const reader = new LineReader();
    expect([...reader.read(frame("a", "1\n2", false))]).toEqual(["1"]);
    expect(() => reader.end()).toThrow(BrokenStreamError);
  });

  test("have a limit", () => {
    const reader = new LineReader(10);
    expect([...reader.read(frame("a", "0123456789\n01234", false))]).toEqual(["0123456789"]);
    expect(() => [...reader.read(frame("a", "567890", false))]).toThrow(BrokenStreamError);
  });
});

function frame(tabId: string, text: string, endsLine: boolean): Frame {
  return { tabId, data: Buffer.from(text), endsLine };
}

function framesOf(tabId: string, lines: readonly string[], sizes: readonly number[]): Frame[] {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  const frames: Frame[] = [];
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const data = bytes.subarray(start, start + (sizes[i % sizes.length] ?? 1));
    frames.push({ tabId, data, endsLine: data.at(-1) === NEWLINE });
    start += data.length;
  }
  return frames;
}
