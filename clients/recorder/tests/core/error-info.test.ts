import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { findErrorInfo } from "../../core/error-info.ts";

/** Writes ErrorInfo as protobuf does: fields 1 and 2 text, 3 a varint. */
function detail(reason: string, retryAfterMs: number): { type: string; value: string } {
  const bytes: number[] = [];
  const varint = (value: number): void => {
    for (let rest = value; ; rest = Math.floor(rest / 128)) {
      bytes.push(rest < 128 ? rest : (rest % 128) | 0x80);
      if (rest < 128) return;
    }
  };
  for (const [key, text] of [
    [0x0a, reason],
    [0x12, "gigtrail"],
  ] as const) {
    const encoded = new TextEncoder().encode(text);
    bytes.push(key);
    varint(encoded.byteLength);
    bytes.push(...encoded);
  }
  bytes.push(0x18);
  varint(retryAfterMs);
  return { type: "gigtrail.common.v1.ErrorInfo", value: Buffer.from(bytes).toString("base64") };
}

test("reason and wait are read as they were written", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z_]{1,40}$/),
      fc.nat({ max: 2 ** 31 }).map((ms) => ms * 1024),
      (reason, retryAfterMs) => {
        const others = { type: "google.rpc.Help", value: "AAAA" };
        expect(findErrorInfo([others, detail(reason, retryAfterMs)])).toEqual({ reason, retryAfterMs });
      },
    ),
  );
});

test("base64 without its padding is read too, as Connect sends it", () => {
  const { type, value } = detail("server_busy", 1_500);
  expect(findErrorInfo([{ type, value: value.replace(/=+$/, "") }])?.retryAfterMs).toBe(1_500);
});

test("no detail, however broken, makes the reader fail or hang", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const value = Buffer.from(bytes).toString("base64");
      const info = findErrorInfo([{ type: "gigtrail.common.v1.ErrorInfo", value }]);
      expect(typeof info?.reason).toBe("string");
    }),
  );
  fc.assert(fc.property(fc.jsonValue(), (value) => void findErrorInfo(value)));
  expect(findErrorInfo([{ type: "gigtrail.common.v1.ErrorInfo", value: "§" }])).toBeUndefined();
});
