import { expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { LineReader } from "../terminal/line-reader.ts";

test("lines that come in one piece are given one by one, and pieces make a line", async () => {
  const keys = new PassThrough();
  const lines = new LineReader(keys);
  keys.write("first\rsecond\r\nthi");
  expect(await lines.next()).toBe("first");
  expect(await lines.next()).toBe("second");
  const third = lines.next();
  keys.write("rd ž\n");
  expect(await third).toBe("third ž");
});

test("what was mistyped is erased, Ctrl-C stops, and an end is no answer", async () => {
  const keys = new PassThrough();
  const lines = new LineReader(keys);
  keys.write("\u007fsecrex\u007ft\u0008t\n\u0003");
  expect(await lines.next()).toBe("secret");
  await expect(lines.next()).rejects.toThrow("Stopped.");
  keys.end();
  await expect(lines.next()).rejects.toThrow("ended before");
});
