import { describe, expect, test } from "bun:test";
import { reasonOf } from "@gigtrail/platform/errors";
import { newSecret } from "@gigtrail/platform/ids";
import { COMMON_WORDS } from "../passwords/common-words.ts";
import { Gate, MAX_WAITING } from "../passwords/gate.ts";
import { Passwords } from "../passwords/passwords.ts";
import { isWeakPassword } from "../passwords/strength.ts";
import { randomNumbers } from "./support/random.ts";

const EMAIL = "anna.huber@studio-nord.example";

describe("a password is refused", () => {
  test.each([
    "password1234",
    "P@ssw0rd!2024",
    "PASSWORDpassword",
    "Passwort12345",
    "qwertyuiop123",
    "1qaz2wsx3edc",
    "iloveyou2024!!",
    "letmein-letmein",
    "Correct Horse Battery Staple",
    "abcdefghijklmnop",
    "zyxwvutsrqponm",
    "123456789012",
    "987654321098",
    "aaaaaaaaaaaa",
    "abcabcabcabc",
    "xK9!xK9!xK9!",
    "ababababababab",
    "anna.huber@studio-nord.example",
    "Anna.Huber1990",
    "studio-nord-anna",
    "short-Kx83!",
    "Sommer".repeat(50),
  ])("when it is %s", (password) => expect(isWeakPassword(password, EMAIL)).toBe(true));

  test("when it is a common word or two with something around it", () => {
    const random = randomNumbers(1);
    const words = COMMON_WORDS.filter((word) => !/[0-9]/.test(word));
    const around = ["", "1", "!", "123", "2024", "_", "007"];
    const pick = <T>(values: readonly T[]) => values[random(values.length)];
    for (let round = 0; round < 2_000; round += 1) {
      const password = [pick(around), pick(words), pick(around), pick(words), pick(["", "!", "7"])].join("");
      if (isWeakPassword(password, EMAIL)) continue;
      throw new Error(`${password} is taken for strong`);
    }
  });
});

describe("a password is taken", () => {
  test.each([
    "Tausend-Krähen 42 rufen",
    "Savannah-runs-42-miles",
    "ørken kamel vindstille",
    "правильная лошадь скрепка",
    "correct zebra battery tulip",
    "馬電池正確釘書針倉庫東西南北",
    "k7#Vq9!mZ2$w",
  ])("when it is %s", (password) => expect(isWeakPassword(password, EMAIL)).toBe(false));

  test("when it is random", () => {
    for (let round = 0; round < 2_000; round += 1) {
      const password = newSecret();
      if (isWeakPassword(password, EMAIL)) throw new Error(`${password} is taken for weak`);
    }
  });
});

describe("Passwords", () => {
  test("knows a password again and no other, and nobody's", async () => {
    const passwords = await Passwords.open(2);
    const hash = await passwords.hash("Tausend-Krähen 42 rufen");
    expect(hash).toStartWith("$argon2id$v=19$m=19456,t=2,");
    expect(await passwords.verify("Tausend-Krähen 42 rufen", hash)).toBe(true);
    expect(await passwords.verify("Tausend-Krähen 42 rufen ", hash)).toBe(false);
    expect(await passwords.verify("Tausend-Krähen 42 rufen", undefined)).toBe(false);
  });

  test("tells passwords apart that differ after a NUL or late", async () => {
    const passwords = await Passwords.open(1);
    const hash = await passwords.hash(`${"x".repeat(100)}\0a`);
    expect(await passwords.verify(`${"x".repeat(100)}\0b`, hash)).toBe(false);
    expect(await passwords.verify("x".repeat(100), hash)).toBe(false);
  });
});

describe("Gate", () => {
  test("lets so many through at once, and the others in their order, also after one has failed", async () => {
    const gate = new Gate(2);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    const work = async (number: number) => {
      inside += 1;
      most = Math.max(most, inside);
      await Bun.sleep(1);
      order.push(number);
      inside -= 1;
      if (number === 3) throw new Error("failed");
    };
    await Promise.allSettled(Array.from({ length: 20 }, (_unused, number) => gate.run(() => work(number))));
    expect(most).toBe(2);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    expect(order).toHaveLength(20);
  });

  test("turns away whom it cannot let wait, and lets in again when there is room", async () => {
    const gate = new Gate(1);
    let open: () => void = () => undefined;
    const first = gate.run(() => new Promise<void>((resolve) => (open = resolve)));
    const waiting = Array.from({ length: MAX_WAITING }, () => gate.run(() => Promise.resolve("in")));
    const refused = await gate.run(() => Promise.resolve()).catch(reasonOf);
    expect(refused).toBe("server_busy");
    open();
    await first;
    expect(await Promise.all(waiting)).toEqual(Array(MAX_WAITING).fill("in"));
    expect(await gate.run(() => Promise.resolve("in"))).toBe("in");
  });
});
