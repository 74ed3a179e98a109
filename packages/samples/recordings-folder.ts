import { fileURLToPath } from "node:url";

/** Path of the folder that holds the recordings and their manifest. */
export const RECORDINGS_FOLDER = fileURLToPath(new URL("recordings/", import.meta.url));

/** Name of the manifest in it. */
export const MANIFEST_FILE = "manifest.json";
