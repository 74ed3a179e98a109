import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { pickAllowed } from "../dom/allow-list.ts";
import { REDACTED, redactText } from "../dom/redact-text.ts";

describe("an allow-list", () => {
  test("takes named members, looks through lists, and drops names that never leave the page", () => {
    const value = {
      jobs: [{ uid: "1", secretNote: "x", client: { country: "Norway", email: "a@b.c" } }],
      user: { id: 1 },
    };
    expect(pickAllowed(value, { jobs: true })).toEqual({ jobs: [{ uid: "1", client: { country: "Norway" } }] });
    expect(pickAllowed(value, { jobs: { uid: true } })).toEqual({ jobs: [{ uid: "1" }] });
    expect(pickAllowed(value, { nothing: true })).toBeUndefined();
  });

  test("takes own members only", () => {
    const inherited = { ["constructor"]: true, ["toString"]: true } as const;
    expect(pickAllowed({}, Object.freeze(inherited))).toBeUndefined();
  });

  test("gives plain JSON data for whatever it is given, and ends on circles", () => {
    const circle: Record<string, unknown> = { name: "a", when: new Date(0), big: 10n, call: () => 1 };
    circle["self"] = circle;
    expect(JSON.stringify(pickAllowed(circle, true))).toStartWith(
      '{"name":"a","when":"1970-01-01T00:00:00.000Z","big":"10"',
    );
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const picked = pickAllowed(value, true);
        if (picked !== undefined) JSON.parse(JSON.stringify(picked));
      }),
    );
  });

  test("lets no planted token through, wherever it stands", () => {
    const token = "oauth2v2_int_00ff00ff";
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        const picked = pickAllowed({ deep: [{ value, text: `${text} ${token}` }], apiToken: token }, true);
        expect(JSON.stringify(picked)).not.toContain("oauth2v2_");
      }),
      { numRuns: 50 },
    );
  });
});

describe("redacted text", () => {
  test("loses tokens and addresses and nothing else", () => {
    expect(redactText("from 203.0.113.7 with eyJhbGciOiJub25lIn0.eyJzdWIiOjF9.c2ln")).toBe(
      `from ${REDACTED} with ${REDACTED}`,
    );
    const kept = "Budget 1,234.50; Node 20.11.1; id 1950000000000000001; mail later";
    expect(redactText(kept)).toBe(kept);
  });
});
