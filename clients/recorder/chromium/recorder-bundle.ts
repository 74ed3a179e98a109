import { fileURLToPath } from "node:url";

let bundle: Promise<string> | undefined;

/**
 * The recorder as one script for a page, which sets `window.gigtrailRecorder`. It is built once a process: what is
 * recorded is always the recorder of this source tree.
 */
export function recorderBundle(): Promise<string> {
  bundle ??= build();
  return bundle;
}

async function build(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [fileURLToPath(new URL("page-entry.ts", import.meta.url))],
    target: "browser",
    format: "iife",
    minify: true,
  });
  const [output] = outputs;
  if (!output) throw new Error("the recorder's bundle is empty");
  return await output.text();
}
