import { wholeNumber } from "@gigtrail/platform/config";
import { z } from "zod";
import { serviceSecrets } from "./service-secrets.ts";

/** The configuration of the auth service, beside what every service has; docs/configuration.md is printed from it. */
export const authConfig = z.object({
  REGISTRATION: z
    .enum(["open", "invitation"])
    .default("invitation")
    .describe("Who may make an account once the instance has its owner: anybody, or those who were invited"),
  SERVICE_SECRETS: serviceSecrets().describe("The services' secrets, as analysis:<secret>,export:<secret>,…"),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be an http or https address" })
    .default("http://127.0.0.1:8080")
    .describe("The gateway's address as people's browsers reach it"),
  PASSWORD_CONCURRENCY: wholeNumber(1, 64)
    .default(2)
    .describe("Passwords hashed at once; each takes one core and 19 MiB for about 25 ms"),
});

/** The configuration, read. */
export type AuthConfig = z.infer<typeof authConfig>;
