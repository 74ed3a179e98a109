import { randomBytes } from "node:crypto";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A new UUIDv7 (RFC 9562): rises with time, so that rows made together lie together. */
export function newId(): string {
  return Bun.randomUUIDv7();
}

/** Whether a string is a UUID; what goes into SQL as an id without being a parameter must pass this. */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** A random 256-bit secret as base64url, 43 characters. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}
