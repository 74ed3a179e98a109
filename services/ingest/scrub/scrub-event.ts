import { EVENT_TYPE, SOURCE, type EventHead } from "../payload/event-head.ts";
import { KEY } from "../payload/json/key-codes.ts";
import type { JsonText } from "../payload/json/json-text.ts";
import { markInput } from "./rules/input-event.ts";
import { markMutation, markSecretChanges } from "./rules/mutation.ts";
import { scrubValue } from "./scrub-value.ts";
import type { ScrubScope } from "./scrub-scope.ts";
import type { Splices } from "./splices.ts";

const EVENT = 0;
const PAGE_TAGS: ReadonlySet<string> = new Set(["gt.nav", "gt.net"]);

/** Adds to `splices` whatever of the event must not be stored as it is. */
export function scrubEvent(event: JsonText, head: EventHead, scope: ScrubScope, splices: Splices): void {
  if (head.type === EVENT_TYPE.INCREMENTAL && head.data !== undefined) {
    if (head.source === SOURCE.INPUT) markInput(event, head.data, scope);
    if (head.source === SOURCE.MUTATION) {
      if (scope.policy.plainInputs) markSecretChanges(event, head.data, scope);
      else markMutation(event, head.data);
    }
  }
  scrubValue(event, scope, splices, {
    exempt: event.members(EVENT, KEY.TIMESTAMP)[0],
    pageAddresses: pageAddresses(event, head),
  });
}

/** The address of the page that the recording is on, or of what it fetched. */
function pageAddresses(event: JsonText, { type, data, tag }: EventHead): number[] | undefined {
  if (data === undefined) return undefined;
  if (type === EVENT_TYPE.META || type === EVENT_TYPE.FULL_SNAPSHOT) return event.members(data, KEY.HREF);
  if (type !== EVENT_TYPE.CUSTOM || tag === undefined || !PAGE_TAGS.has(tag)) return undefined;
  return event.members(data, KEY.PAYLOAD).flatMap((payload) => event.members(payload, KEY.URL));
}
