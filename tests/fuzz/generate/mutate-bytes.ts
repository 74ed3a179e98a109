import * as fc from "fast-check";

/** A small change to bytes; places are shares of a million, so that they mean something for every length. */
type Edit = {
  readonly kind: "flip" | "set" | "remove" | "repeat" | "insert" | "cut";
  readonly at: number;
  readonly bytes: Uint8Array;
};

const PLACES = 1_000_000;
/** What a repeated or removed run has at most, in bytes. */
const MAX_RUN = 64;

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom("flip", "set", "remove", "repeat", "insert", "cut"),
  at: fc.nat({ max: PLACES - 1 }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
});

/** The same bytes with some small changes. */
export function mutated(bytes: fc.Arbitrary<Uint8Array>, minEdits = 1): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(bytes, fc.array(edit, { minLength: minEdits, maxLength: 5 }))
    .map(([original, edits]) => edits.reduce(change, original));
}

function change(bytes: Uint8Array, { kind, at: share, bytes: more }: Edit): Uint8Array {
  const at = Math.floor((share / PLACES) * bytes.length);
  const byte = more[0] ?? 0;
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(at);
  switch (kind) {
    case "flip":
      return bytes.map((value, index) => (index === at ? value ^ (1 << (byte & 7)) : value));
    case "set":
      return Buffer.concat([before, more, after.subarray(more.length)]);
    case "remove":
      return Buffer.concat([before, after.subarray(1 + (byte % MAX_RUN))]);
    case "repeat":
      return Buffer.concat([before, after.subarray(0, 1 + (byte % MAX_RUN)), after]);
    case "insert":
      return Buffer.concat([before, more, after]);
    case "cut":
      return before;
  }
}
