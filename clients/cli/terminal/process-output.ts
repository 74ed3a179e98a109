import type { WriteStream } from "node:tty";
import { type CliOutput, OutputClosed } from "../io.ts";

/** Standard output or standard error of this process. */
export function processOutput(stream: WriteStream): CliOutput {
  // A write that fails is told to whoever waits for it; without a listener the event would end the process.
  stream.on("error", () => undefined);
  return {
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns;
    },
    write: (data) =>
      new Promise((resolve, reject) => {
        stream.write(data, (error) => {
          if (!error) resolve();
          else reject("code" in error && error.code === "EPIPE" ? new OutputClosed() : error);
        });
      }),
  };
}
