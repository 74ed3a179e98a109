import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { CliFailure } from "../failure.ts";
import type { CliInput } from "../io.ts";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const BACKSPACES = ["\u0008", "\u007f"];

/** Standard input of this process. */
export function processInput(): CliInput {
  return {
    isTTY: process.stdin.isTTY === true,
    readAll: () => text(process.stdin),
    async readLine() {
      const lines = createInterface({ input: process.stdin });
      try {
        for await (const line of lines) return line;
        throw new CliFailure("The input ended before there was an answer.");
      } finally {
        lines.close();
      }
    },
    readSecretLine,
  };
}

/** Raw mode keeps the terminal from echoing; what it then does not do itself (ending, erasing) is done here. */
async function readSecretLine(): Promise<string> {
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.resume();
  try {
    return await new Promise<string>((resolve, reject) => {
      let line: string[] = [];
      stdin.on("data", function take(keys: string) {
        for (const key of keys) {
          if (key === "\r" || key === "\n" || key === CTRL_D || key === CTRL_C) {
            stdin.off("data", take);
            if (key === CTRL_C) reject(new CliFailure("Stopped."));
            else resolve(line.join(""));
            return;
          }
          line = BACKSPACES.includes(key) ? line.slice(0, -1) : [...line, key];
        }
      });
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
  }
}
