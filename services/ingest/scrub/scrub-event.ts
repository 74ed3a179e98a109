import { EVENT_TYPE, SOURCE, type EventHead } from "../payload/event-head.ts";
import { KEY } from "../payload/json/key-codes.ts";
import type { JsonText } from "../payload/json/json-text.ts";
import { markInput } from "./rules/input-event.ts";
import { markMutation } from "./rules/mutation.ts";
import { scrubValue } from "./scrub-value.ts";
import type { ScrubScope } from "./scrub-scope.ts";
import type { Splices } from "./splices.ts";

const EVENT = 0;

/** Adds to `splices` whatever of the event must not be stored as it is. */
export function scrubEvent(event: JsonText, head: EventHead, scope: ScrubScope, splices: Splices): void {
  if (head.type === EVENT_TYPE.INCREMENTAL && head.data !== undefined && !scope.policy.plainInputs) {
    if (head.source === SOURCE.INPUT) markInput(event, head.data);
    if (head.source === SOURCE.MUTATION) markMutation(event, head.data);
  }
  scrubValue(event, scope, splices, event.members(EVENT, KEY.TIMESTAMP)[0]);
}
