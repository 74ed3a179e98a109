import { describe, expect, test } from "bun:test";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { MASK } from "../../scrub/mask.ts";
import { MAX_NESTED_JSON_LEVELS } from "../../scrub/scrub-string.ts";
import { type Json, chunkOf, chunkOfText, event, linesOf, storedData } from "../payload/support/chunk.ts";

function wrapped(value: Json, levels: number): string {
  return levels === 0 ? JSON.stringify(value) : JSON.stringify({ json: wrapped(value, levels - 1) });
}

function net(json: string): Json {
  return { tag: "gt.net", payload: { url: "/api/graphql/v1?alias=x", status: 200, json } };
}

describe("JSON in a string", () => {
  test("is scrubbed by its own keys and values", () => {
    const sent = { user: { csrfToken: "abc", note: "me@example.com", uid: "1950000000000000001" }, n: [1, 2.5] };
    const kept = { user: { csrfToken: MASK, note: MASK, uid: "1950000000000000001" }, n: [1, 2.5] };
    expect(storedData(5, net(JSON.stringify(sent)))).toEqual(net(JSON.stringify(kept)));
  });

  test("is scrubbed however often it is wrapped, and masked whole beyond that", () => {
    for (let levels = 0; levels < MAX_NESTED_JSON_LEVELS - 1; levels++) {
      const kept = storedData(5, net(wrapped({ password: "abc", n: 1 }, levels)));
      expect(kept).toEqual(net(wrapped({ password: MASK, n: 1 }, levels)));
    }
    const deep = storedData(5, net(wrapped({ password: "S3CRET" }, MAX_NESTED_JSON_LEVELS + 2)));
    expect(JSON.stringify(deep)).not.toContain("S3CRET");
    expect(JSON.stringify(deep)).toContain(MASK);
  });

  test("counts each value that is masked in it", () => {
    const sent = JSON.stringify({ a: "me@example.com", b: "you@example.com", token: ["x", "y"] });
    expect(decodeChunk(chunkOf([event(5, net(sent))])).maskedValues).toBe(4);
  });

  test("keeps its own spelling where nothing is masked, spaces and lone surrogates too", () => {
    const inner = '{ "a": 1.0, "b": "\\u00e9", "c": "x=1" }';
    expect(storedData(5, net(inner))).toEqual(net(inner));
    expect(storedData(5, net('{"a":"\ud800=","password":"x"}'))).toEqual(net(`{"a":"\\ud800=","password":"${MASK}"}`));
  });

  test("that nests too deep is masked whole", () => {
    expect(storedData(5, net(`${"[".repeat(5_000)}"a"`))).toEqual(net(MASK));
    expect(storedData(5, net("[".repeat(5_000)))).toEqual(net("[".repeat(5_000)));
  });

  test("that is cut off is scrubbed as text", () => {
    const kept = storedData(5, net('{"a":1,"csrfToken":"S3CRET","email":"me@example.com","b":"unfin'));
    expect(kept).toEqual(net(`{"a":1,"csrfToken":"${MASK}","email":"${MASK}","b":"unfin`));
  });

  test("is found in any string: attributes, console records", () => {
    const node = { tagName: "div", attributes: { "data-props": '{"xsrf":"S3CRET"}' } };
    expect(JSON.stringify(storedData(2, { node }))).not.toContain("S3CRET");
    const plugin = {
      plugin: "rrweb/console@1",
      payload: { level: "log", payload: ['"password=S3CRET"', '"{\\"cvv\\":\\"S3CRET\\"}"'] },
    };
    expect(JSON.stringify(storedData(6, plugin))).not.toContain("S3CRET");
  });
});

test("escapes hide nothing, at any level", () => {
  const escaped = (text: string) => text.replaceAll(/[a-z@0-9]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
  for (const secret of ["me@example.com", "oauth2v2_int_0123abcd", "4111111111111111"]) {
    const once = `"${escaped(secret)}"`;
    for (const value of [
      once,
      JSON.stringify(once),
      JSON.stringify(JSON.stringify(once)),
      JSON.stringify(`cut ${once}`),
    ]) {
      const [line] = linesOf(decodeChunk(chunkOfText(`[{"type":5,"timestamp":1,"data":{"x":${value}}}]`)));
      expect(line).toContain(MASK);
    }
  }
});
