import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { InProcessBus } from "../../bus/in-process.ts";
import { subjectMatches } from "../../bus/subject.ts";
import { quietLog } from "../quiet-log.ts";
import { busContract } from "./contract.ts";

describe("InProcessBus", () => {
  const bus = new InProcessBus(quietLog);
  busContract(async () => bus);

  test("a broadcast does not run its listeners within the caller's turn", async () => {
    const order: string[] = [];
    const heard = Promise.withResolvers<void>();
    const listening = bus.listen("turn", () => {
      order.push("listener");
      heard.resolve();
    });
    bus.broadcast("turn", new Uint8Array());
    order.push("caller");
    await heard.promise;
    expect(order).toEqual(["caller", "listener"]);
    await listening.stop();
  });
});

describe("subjects", () => {
  const word = fc.stringMatching(/^[a-z0-9_-]{1,5}$/);
  const subject = fc.array(word, { minLength: 1, maxLength: 5 });

  test("a subject fits itself, itself with any words as *, and any beginning with >", () => {
    fc.assert(
      fc.property(subject, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), fc.nat(4), (words, stars, at) => {
        const text = words.join(".");
        expect(subjectMatches(text, text)).toBe(true);
        expect(subjectMatches(words.map((each, index) => (stars[index] ? "*" : each)).join("."), text)).toBe(true);
        const kept = words.slice(0, Math.min(at, words.length - 1));
        expect(subjectMatches([...kept, ">"].join("."), text)).toBe(true);
      }),
    );
  });

  test("a subject fits no other one, no shorter and no longer one", () => {
    fc.assert(
      fc.property(subject, subject, (one, other) => {
        expect(subjectMatches(one.join("."), other.join("."))).toBe(one.join(".") === other.join("."));
        expect(subjectMatches(`${one.join(".")}.>`, one.join("."))).toBe(false);
        expect(subjectMatches(`${one.join(".")}.*`, one.join("."))).toBe(false);
      }),
    );
  });
});
