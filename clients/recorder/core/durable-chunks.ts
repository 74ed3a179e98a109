import type { TabUploadState } from "./upload-port.ts";

/**
 * Whether the server's answer proves that a chunk is durable. Everything up to `durableThrough` is, and so is what lies
 * between two listed gaps. Beyond the last gap nothing is known: there the answer is no, and sending the chunk again is
 * harmless.
 */
export function isDurable(tab: TabUploadState | undefined, seq: number): boolean {
  if (tab === undefined) return false;
  if (seq <= tab.durableThrough) return true;
  const lastGap = tab.missing.at(-1);
  if (lastGap === undefined || seq > lastGap.last) return false;
  return !tab.missing.some((gap) => gap.first <= seq && seq <= gap.last);
}
