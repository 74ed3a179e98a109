import { text } from "node:stream/consumers";
import type { CliInput } from "../io.ts";
import { LineReader } from "./line-reader.ts";

/** Standard input of this process. */
export function processInput(): CliInput {
  const { stdin } = process;
  const lines = new LineReader(stdin);
  return {
    isTTY: stdin.isTTY === true,
    readAll: () => text(stdin),
    readLine: () => lines.next(),
    async readSecretLine() {
      // Raw mode keeps the terminal from echoing; the reader does what the terminal then leaves undone.
      stdin.setRawMode(true);
      try {
        return await lines.next();
      } finally {
        stdin.setRawMode(false);
      }
    },
  };
}
