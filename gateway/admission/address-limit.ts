import { refusal } from "@gigtrail/platform/errors";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { GatewayConfig } from "../config.ts";

const MINUTE_S = 60;

/** Limits what one address may do. Counts are this process's own. */
export interface AddressLimit {
  /** Counts a call. Throws `rate_limited`. */
  call(address: string): Promise<void>;
  /** Counts a call without a good token: sign-ins, pairing, and whatever was refused for its token. */
  anonymousCall(address: string): Promise<void>;
}

/** Makes the limits that the configuration names. */
export function createAddressLimit(config: GatewayConfig): AddressLimit {
  const calls = new RateLimiterMemory({ points: config.ADDRESS_CALLS_PER_MINUTE, duration: MINUTE_S });
  const anonymous = new RateLimiterMemory({ points: config.ADDRESS_ANONYMOUS_CALLS_PER_MINUTE, duration: MINUTE_S });
  return {
    call: (address) => consume(calls, address),
    anonymousCall: (address) => consume(anonymous, address),
  };
}

async function consume(limiter: RateLimiterMemory, address: string): Promise<void> {
  try {
    await limiter.consume(address);
  } catch (error) {
    if (error instanceof RateLimiterRes) throw refusal("rate_limited", { retryAfterMs: error.msBeforeNext });
    throw error;
  }
}
