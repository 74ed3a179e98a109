import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { EventSplitter } from "../recording/split-events.ts";

/** Splits text that arrives in pieces of the given sizes, over and over. */
function split(text: string, sizes: readonly number[]): string[] {
  const bytes = new TextEncoder().encode(text);
  const splitter = new EventSplitter();
  const texts: string[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    // A copy that is wiped afterwards: whoever reads a file may use the same memory for its next piece.
    const piece = bytes.slice(at, at + size);
    texts.push(...splitter.push(piece));
    piece.fill(0x7b);
    at += size;
  }
  splitter.end();
  return texts;
}

const objects = fc.array(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue(), { depthIdentifier: "d" }), {
  minLength: 1,
  maxLength: 8,
});
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
const indent = fc.constantFrom(0, 1, 3);

test("an array is cut into its objects, however it is laid out and arrives", () => {
  fc.assert(
    fc.property(objects, sizes, indent, (values, pieces, space) => {
      const texts = split(JSON.stringify(values, null, space), pieces);
      expect(texts.map((text): unknown => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(values)) as unknown[]);
    }),
  );
});

test("objects one after the other are cut apart, however they are laid out and arrive", () => {
  fc.assert(
    fc.property(objects, sizes, indent, fc.constantFrom("\n", "\r\n", "", " \n\n"), (values, pieces, space, gap) => {
      const text = values.map((value) => JSON.stringify(value, null, space) + gap).join("");
      expect(split(text, pieces).map((event): unknown => JSON.parse(event))).toEqual(
        JSON.parse(JSON.stringify(values)) as unknown[],
      );
    }),
  );
});

test("a file that was cut short is never taken for whole", () => {
  fc.assert(
    fc.property(objects, fc.double({ min: 0, max: 0.999, noNaN: true }), (values, part) => {
      const text = JSON.stringify(values);
      expect(() => split(text.slice(0, Math.floor(text.length * part)), [7])).toThrow();
    }),
  );
});
