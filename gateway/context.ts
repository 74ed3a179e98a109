import type { TokenVerifier } from "@gigtrail/platform/auth/verify-token";
import type { Bus } from "@gigtrail/platform/bus/bus";
import type { Log } from "@gigtrail/platform/log";
import type { Metrics } from "@gigtrail/platform/metrics";
import type { Surroundings } from "@gigtrail/platform/service";
import type { AddressLimit } from "./admission/address-limit.ts";
import type { ByteBudget } from "./admission/byte-budget.ts";
import type { GatewayConfig } from "./config.ts";

/** What the gateway's routes stand on. It keeps nothing of its own. */
export interface GatewayContext {
  readonly config: GatewayConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly bus: Bus;
  readonly transport: Surroundings["transport"];
  /** Throws while a service behind the gateway cannot do its work. */
  ready(): Promise<void>;
  readonly verify: TokenVerifier;
  readonly addressLimit: AddressLimit;
  readonly budget: ByteBudget;
}
