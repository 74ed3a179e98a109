import { Secret } from "@gigtrail/platform/config";
import { z } from "zod";

/** Least length of a service's secret, in characters; the RPC accepts none shorter. */
const MIN_SECRET_CHARS = 16;
/** Greatest length of a service's secret, in characters. */
const MAX_SECRET_CHARS = 256;
const SERVICE_NAME = /^[a-z]{1,32}$/;

/** Secrets by the name of the service that has it. */
export type ServiceSecrets = ReadonlyMap<string, Secret>;

/** Text of the form `analysis:<secret>,export:<secret>`; every mistake in it is reported, and none shows a secret. */
export const serviceSecrets = () =>
  z.string().transform((text, context): ServiceSecrets => {
    const secrets = new Map<string, Secret>();
    for (const [index, entry] of text.split(",").entries()) {
      const [name, secret] = splitEntry(entry.trim());
      const problem = problemOf(name, secret, secrets);
      if (problem === undefined) secrets.set(name, new Secret(secret));
      else context.addIssue({ code: "custom", message: `entry ${index + 1} ${problem}` });
    }
    return secrets;
  });

/** Name and secret of an entry; without a colon there is no telling which of the two the text is. */
function splitEntry(entry: string): [name: string, secret: string] {
  const colon = entry.indexOf(":");
  return colon < 0 ? ["", ""] : [entry.slice(0, colon).trim(), entry.slice(colon + 1).trim()];
}

function problemOf(name: string, secret: string, known: ServiceSecrets): string | undefined {
  if (!SERVICE_NAME.test(name)) return "must be <service>:<secret>, the service in small letters";
  if (secret.length < MIN_SECRET_CHARS) return `(${name}) needs a secret of at least ${MIN_SECRET_CHARS} characters`;
  if (secret.length > MAX_SECRET_CHARS) return `(${name}) has a secret of over ${MAX_SECRET_CHARS} characters`;
  if (known.has(name)) return `(${name}) names a service for the second time`;
  return undefined;
}
