import type { ScrubPolicy } from "../scrub/policy.ts";
import type { EffectiveSettings } from "./recording-settings.ts";

/** How much of what is personal these settings keep. */
export function scrubPolicyOf({ keepInputs, keepEmailAddresses }: EffectiveSettings): ScrubPolicy {
  return { plainInputs: keepInputs, maskEmails: !keepEmailAddresses };
}
