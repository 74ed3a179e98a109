import { z } from "zod";

const loginSchema = z.object({
  email: z.string(),
  userId: z.string(),
  workspaceId: z.string(),
  accessToken: z.string().min(1),
  /** RFC 3339. */
  accessExpireTime: z.iso.datetime(),
  refreshToken: z.string().min(1),
});

/** One sign-in at one server. */
export type Login = z.infer<typeof loginSchema>;

/**
 * What the credentials file holds. Sign-ins are kept by server, so that `--server` can never send one server's
 * tokens to another.
 */
export const credentialsSchema = z.object({
  version: z.literal(1),
  /** Server of the last sign-in; used where none is named. */
  currentServer: z.string().optional(),
  logins: z.record(z.string(), loginSchema),
});

/** What the credentials file holds. */
export type Credentials = z.infer<typeof credentialsSchema>;

/** What it holds before the first sign-in. */
export const NO_CREDENTIALS: Credentials = { version: 1, logins: {} };
