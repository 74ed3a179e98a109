import { createContextKey, type HandlerContext } from "@connectrpc/connect";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { refusal } from "../errors.ts";

/** A signed-in person, or a paired device that acts for one. */
export interface UserCaller {
  readonly kind: "user";
  readonly userId: string;
  readonly workspaceId: string;
  readonly role: Role;
  /** The paired device; undefined for the person's own sign-in. */
  readonly deviceId: string | undefined;
  /** When the token ends, in milliseconds since 1970. */
  readonly expireMs: number;
}

/** Another service of this instance. */
export interface ServiceCaller {
  readonly kind: "service";
  readonly service: string;
  /** The workspace that the work belongs to; undefined for work across workspaces. */
  readonly workspaceId: string | undefined;
  readonly expireMs: number;
}

/** Who calls, as the token says. */
export type Caller = UserCaller | ServiceCaller;

/** Where the access interceptor leaves the caller for the handler. */
export const callerKey = createContextKey<Caller | undefined>(undefined);

/** The user who calls; for RPCs whose access rule names no services. */
export function userOf(context: HandlerContext): UserCaller {
  const caller = context.values.get(callerKey);
  if (caller?.kind !== "user") throw refusal("permission_denied");
  return caller;
}

/** Which rows a caller may see: a workspace, and within it all (undefined) or one member's. */
export interface Scope {
  readonly workspaceId: string;
  readonly userId: string | undefined;
}

/** The rows that the caller may see: a member their own, an admin and a service all of the workspace. */
export function scopeOf(context: HandlerContext): Scope {
  const caller = context.values.get(callerKey);
  if (caller?.workspaceId === undefined) throw refusal("permission_denied");
  const seesAll = caller.kind === "service" || (caller.role >= Role.ADMIN && caller.deviceId === undefined);
  return { workspaceId: caller.workspaceId, userId: seesAll ? undefined : caller.userId };
}

/**
 * Throws `token_expired` when a user's token has ended: streams ask before each message. A service's token counts when
 * its stream is opened; a job that reads for longer than a token lives would otherwise never end.
 */
export function assertTokenStillGood(context: HandlerContext): void {
  const caller = context.values.get(callerKey);
  if (caller?.kind === "user" && caller.expireMs <= Date.now()) throw refusal("token_expired");
}
