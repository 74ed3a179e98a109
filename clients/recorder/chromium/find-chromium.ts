import { existsSync } from "node:fs";

/** Where Chromium and its kin are installed on Linux and macOS, the likeliest first. */
const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Path of a Chromium on this machine: what the environment's CHROMIUM says, else one of the usual places. */
export function findChromium(): string | undefined {
  const said = process.env["CHROMIUM"];
  return said ? (existsSync(said) ? said : undefined) : USUAL_PLACES.find((place) => existsSync(place));
}
