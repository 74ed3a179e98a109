import type { AuthSchema } from "./schema.ts";

/**
 * The tables without a tenant's rows: what is looked up before a workspace is known. Every other table is closed by
 * row level security; a test holds this list against the catalogue of the database.
 */
export const SYSTEM_TABLES = [
  "instance",
  "accounts",
  "done_requests",
  "signing_keys",
  "login_attempts",
  "sign_ins",
  "refresh_tokens",
  "invitation_codes",
  "pairings",
  "wrong_user_codes",
] as const satisfies readonly (keyof AuthSchema)[];
