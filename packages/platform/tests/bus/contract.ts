import { describe, expect, test } from "bun:test";
import { eventually } from "@gigtrail/test-servers/eventually";
import { type Bus, MAX_MESSAGE_BYTES } from "../../bus/bus.ts";
import type { Running } from "../../lifecycle.ts";

/** Long enough for a message that should not come to come all the same, in milliseconds. */
const SETTLE_MS = 150;
const TIMEOUT_MS = 60_000;

/** A subject that no other test uses. */
export function newSubject(): string {
  return `work.test_${Bun.randomUUIDv7().replaceAll("-", "")}`;
}

/** A message of some text. */
export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of a message. */
export function decode(message: Uint8Array): string {
  return new TextDecoder().decode(message);
}

const newGroup = () => `group-${Bun.randomUUIDv7()}`;
const newId = () => Bun.randomUUIDv7();

/** What every Bus must do. `open` gives one more member: for NATS another connection, in process the same bus. */
export function busContract(open: () => Promise<Bus>): void {
  describe("work", () => {
    test(
      "reaches one member of each group, once",
      async () => {
        const [bus, other] = [await open(), await open()];
        const subject = newSubject();
        const groups = [newGroup(), newGroup()];
        const heard = new Map<string, string[]>(groups.map((group) => [group, []]));
        const members: Running[] = [];
        for (const group of groups) {
          for (const member of [bus, other, bus]) {
            members.push(
              await member.consume(subject, group, async (message) => void heard.get(group)?.push(decode(message))),
            );
          }
        }
        const texts = Array.from({ length: 30 }, (_unused, index) => `message ${index}`);
        await Promise.all(texts.map((text) => bus.publish(subject, encode(text), newId())));
        for (const group of groups) {
          await eventually(() => expect(heard.get(group)).toHaveLength(texts.length));
        }
        await Bun.sleep(SETTLE_MS);
        for (const group of groups) expect(heard.get(group)?.toSorted()).toEqual(texts.toSorted());
        await Promise.all(members.map((member) => member.stop()));
      },
      TIMEOUT_MS,
    );

    test(
      "that was published before the group existed is delivered to it",
      async () => {
        const bus = await open();
        const subject = newSubject();
        await bus.publish(subject, encode("early"), newId());
        const heard: string[] = [];
        const member = await bus.consume(subject, newGroup(), async (message) => void heard.push(decode(message)));
        await eventually(() => expect(heard).toEqual(["early"]));
        await member.stop();
      },
      TIMEOUT_MS,
    );

    test(
      "comes again after a handler has thrown, and does not keep the rest",
      async () => {
        const bus = await open();
        const subject = newSubject();
        const heard: string[] = [];
        const member = await bus.consume(subject, newGroup(), async (message) => {
          heard.push(decode(message));
          if (heard.filter((text) => text === "hard").length < 3 && decode(message) === "hard")
            throw new Error("not yet");
        });
        await bus.publish(subject, encode("hard"), newId());
        await bus.publish(subject, encode("easy"), newId());
        await eventually(() => expect(heard.toSorted()).toEqual(["easy", "hard", "hard", "hard"]));
        await Bun.sleep(SETTLE_MS);
        expect(heard).toHaveLength(4);
        await member.stop();
      },
      TIMEOUT_MS,
    );

    test(
      "with an id that was seen is dropped",
      async () => {
        const bus = await open();
        const subject = newSubject();
        const heard: string[] = [];
        const member = await bus.consume(subject, newGroup(), async (message) => void heard.push(decode(message)));
        const id = newId();
        await bus.publish(subject, encode("first"), id);
        await bus.publish(subject, encode("again"), id);
        await bus.publish(subject, encode("last"), newId());
        await eventually(() => expect(heard).toContain("last"));
        expect(heard).toEqual(["first", "last"]);
        await member.stop();
      },
      TIMEOUT_MS,
    );

    test(
      "of two subjects reaches the handler of its own, though the group has one name",
      async () => {
        const bus = await open();
        const group = newGroup();
        const subjects = [newSubject(), newSubject()];
        const heard: string[] = [];
        const members = await Promise.all(
          subjects.map((subject, index) =>
            bus.consume(subject, group, async (message) => void heard.push(`${index}: ${decode(message)}`)),
          ),
        );
        for (const [index, subject] of subjects.entries()) await bus.publish(subject, encode(`for ${index}`), newId());
        await eventually(() => expect(heard.toSorted()).toEqual(["0: for 0", "1: for 1"]));
        await Promise.all(members.map((member) => member.stop()));
      },
      TIMEOUT_MS,
    );

    test(
      "goes to the other members when one stops, and a stopped one gets none",
      async () => {
        const bus = await open();
        const subject = newSubject();
        const group = newGroup();
        const finished: string[] = [];
        const begun = Promise.withResolvers<void>();
        const release = Promise.withResolvers<void>();
        const slow = await bus.consume(subject, group, async (message) => {
          begun.resolve();
          await release.promise;
          finished.push(`slow ${decode(message)}`);
        });
        const texts = Array.from({ length: 8 }, (_unused, index) => String(index));
        for (const text of texts) await bus.publish(subject, encode(text), newId());
        await begun.promise;
        const stopped = slow.stop();
        release.resolve();
        await stopped;
        expect(finished).toEqual(["slow 0"]);
        const other = await bus.consume(
          subject,
          group,
          async (message) => void finished.push(`other ${decode(message)}`),
        );
        const rest = texts.slice(1).map((text) => `other ${text}`);
        await eventually(() => expect(finished.toSorted()).toEqual([...rest, "slow 0"].toSorted()));
        await other.stop();
        await other.stop();
      },
      TIMEOUT_MS,
    );

    test(
      "that is too large is refused",
      async () => {
        const bus = await open();
        const subject = newSubject();
        await bus.publish(subject, new Uint8Array(MAX_MESSAGE_BYTES), newId());
        await expect(bus.publish(subject, new Uint8Array(MAX_MESSAGE_BYTES + 1), newId())).rejects.toThrow("bytes");
        expect(() => bus.broadcast("too.large", new Uint8Array(MAX_MESSAGE_BYTES + 1))).toThrow("bytes");
      },
      TIMEOUT_MS,
    );
  });

  describe("broadcasts", () => {
    test(
      "reach all who listen, also by wildcard, with their subject",
      async () => {
        const [bus, other] = [await open(), await open()];
        const word = newSubject().slice("work.".length);
        const heard: string[] = [];
        const listen = (member: Bus, name: string, subject: string) =>
          member.listen(
            subject,
            (message, from) => void heard.push(`${name} ${from.replace(word, "W")} ${decode(message)}`),
          );
        const listening = [
          listen(bus, "exact", `progress.${word}.one`),
          listen(other, "any", `progress.${word}.*`),
          listen(other, "rest", `progress.${word}.>`),
          listen(bus, "none", `progress.${word}`),
        ];
        await Promise.all([bus.check(), other.check()]);
        bus.broadcast(`progress.${word}.one`, encode("a"));
        bus.broadcast(`progress.${word}.two.three`, encode("b"));
        const expected = [
          "any progress.W.one a",
          "exact progress.W.one a",
          "rest progress.W.one a",
          "rest progress.W.two.three b",
        ];
        await eventually(() => expect(heard.toSorted()).toEqual(expected));
        await Promise.all(listening.map((each) => each.stop()));
        bus.broadcast(`progress.${word}.one`, encode("c"));
        await Bun.sleep(SETTLE_MS);
        expect(heard).toHaveLength(expected.length);
      },
      TIMEOUT_MS,
    );

    test(
      "survive a listener that throws",
      async () => {
        const bus = await open();
        const subject = newSubject().replace("work", "live");
        const heard: string[] = [];
        const listening = [
          bus.listen(subject, () => {
            throw new Error("a broken listener");
          }),
          bus.listen(subject, (message) => void heard.push(decode(message))),
        ];
        await bus.check();
        bus.broadcast(subject, encode("one"));
        bus.broadcast(subject, encode("two"));
        await eventually(() => expect(heard).toEqual(["one", "two"]));
        await bus.publish(newSubject(), encode("still works"), newId());
        await Promise.all(listening.map((each) => each.stop()));
      },
      TIMEOUT_MS,
    );
  });
}
