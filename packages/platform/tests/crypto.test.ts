import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import * as fc from "fast-check";
import { KEY_BYTES, newKey, open, seal, SEAL_OVERHEAD_BYTES } from "../crypto/aead.ts";
import { MasterKey, MasterKeyError } from "../crypto/master-key.ts";

const text = fc.uint8Array({ maxLength: 300 });
const context = fc.string();

describe("sealing", () => {
  const key = newKey();

  test("what was sealed opens to the same, and grows by a fixed amount", () => {
    fc.assert(
      fc.property(text, context, (plaintext, about) => {
        const sealed = seal(key, plaintext, about);
        expect(sealed).toHaveLength(plaintext.length + SEAL_OVERHEAD_BYTES);
        expect(open(key, sealed, about).equals(plaintext)).toBe(true);
      }),
    );
  });

  test("a flipped bit, another length, another context or another key never opens", () => {
    fc.assert(
      fc.property(text, context, context, fc.nat(), fc.nat(7), (plaintext, about, other, at, bit) => {
        const sealed = seal(key, plaintext, about);
        const flipped = Buffer.from(sealed);
        const index = at % flipped.length;
        flipped.writeUInt8(flipped.readUInt8(index) ^ (1 << bit), index);
        expect(() => open(key, flipped, about)).toThrow();
        expect(() => open(key, sealed.subarray(0, index), about)).toThrow();
        expect(() => open(key, Buffer.concat([sealed, Buffer.of(bit)]), about)).toThrow();
        expect(() => open(newKey(), sealed, about)).toThrow();
        if (other !== about) expect(() => open(key, sealed, other)).toThrow();
      }),
    );
  });

  test("the same text sealed twice looks different", () => {
    const sealed = new Set(Array.from({ length: 100 }, () => seal(key, Buffer.from("same"), "about").toString("hex")));
    expect(sealed.size).toBe(100);
  });
});

describe("the master key", () => {
  test("is made once, for its owner alone, and read again", () => {
    using folder = createTempFolder();
    const path = join(folder.path, "keys", "master.key");
    const first = MasterKey.openFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, "keys")).mode & 0o777).toBe(0o700);
    expect(MasterKey.openFile(path).derive("ingest")).toEqual(first.derive("ingest"));
  });

  test("gives each purpose a key of its own", () => {
    const text64 = newKey().toString("base64");
    const [one, other] = [MasterKey.parse(text64), MasterKey.parse(newKey().toString("base64"))];
    const keys = [one.derive("ingest"), one.derive("export"), other.derive("ingest")].map((each) =>
      each.toString("hex"),
    );
    expect(new Set(keys).size).toBe(3);
    expect(one.derive("ingest")).toHaveLength(KEY_BYTES);
    expect(MasterKey.parse(`${text64}\n`).derive("ingest").toString("hex")).toBe(keys[0] ?? "");
    expect(keys).not.toContain(Buffer.from(text64, "base64").toString("hex"));
  });

  test("that is no 32 bytes is refused, without showing it", () => {
    for (const wrong of ["", "c2hvcnQ=", newKey().toString("hex"), Buffer.alloc(33, 1).toString("base64")]) {
      expect(() => MasterKey.parse(wrong)).toThrow(MasterKeyError);
      if (wrong !== "") expect(() => MasterKey.parse(wrong)).not.toThrow(wrong);
    }
  });

  test("is never printed", () => {
    const bytes = newKey();
    const key = MasterKey.parse(bytes.toString("base64"));
    const printed = [
      inspect(key, { depth: 9, showHidden: true }),
      Bun.inspect(key),
      JSON.stringify(key),
      String(key),
    ].join();
    expect(printed).not.toContain(bytes.toString("base64"));
    expect(printed).not.toContain(String(bytes[0]) + ", " + String(bytes[1]));
  });
});
