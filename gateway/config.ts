import { flag, list, wholeNumber } from "@gigtrail/platform/config";
import { LOG_LEVELS } from "@gigtrail/platform/log";
import { serviceAddresses } from "@gigtrail/platform/rpc/grpc-transports";
import { z } from "zod";

/** An extension's id: 32 letters a to p. */
const EXTENSION_ORIGIN = /^chrome-extension:\/\/[a-p]{32}$/;

/** What the gateway can be told, however it runs. */
export const gatewayConfig = z.object({
  HOST: z.string().default("127.0.0.1").describe("Address to listen on"),
  PORT: wholeNumber(0, 65_535).default(8080).describe("Port to listen on; 0 takes a free one"),
  ALLOWED_ORIGINS: list()
    .pipe(z.array(z.string().regex(EXTENSION_ORIGIN, "must be chrome-extension://<32 letters a to p>")))
    .default([])
    .describe("Origins of the extensions that may call, separated by commas"),
  ADDRESS_CALLS_PER_MINUTE: wholeNumber(1, 100_000_000)
    .default(120_000)
    .describe("Calls that one address may make in a minute"),
  ADDRESS_ANONYMOUS_CALLS_PER_MINUTE: wholeNumber(1, 100_000_000)
    .default(300)
    .describe("Calls without a good token (sign-in, pairing, refused ones) that one address may make in a minute"),
  TRUST_FORWARDED_FOR: flag()
    .default(false)
    .describe("Take the caller's address from the last entry of X-Forwarded-For; only behind a proxy of your own"),
});

/** The gateway's settings. */
export type GatewayConfig = z.infer<typeof gatewayConfig>;

/** What the gateway needs besides when it is a process of its own. */
export const gatewayProcessConfig = gatewayConfig.extend({
  HOST: z.string().default("0.0.0.0").describe("Address to listen on"),
  NATS_URL: z.string().describe("nats-server, for example nats://nats:4222"),
  ...serviceAddresses,
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info").describe("Least level that is logged"),
});
