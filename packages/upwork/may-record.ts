import { parseAddress } from "./address.ts";
import { neverKindOf } from "./never-kind.ts";

/**
 * False for the pages of Upwork that hold credentials, identity, bank or tax data: a recorder must not take a first
 * snapshot there, and ingest cuts out what comes from there. True for every other address, also of other sites and for
 * what is no address at all, since any rrweb recording may be uploaded. Never throws.
 */
export function mayRecord(url: string): boolean {
  return neverKindOf(parseAddress(url)) === undefined;
}
