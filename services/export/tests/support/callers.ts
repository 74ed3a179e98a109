import type { CallOptions } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import type { Caller } from "@gigtrail/platform/rpc/caller";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";

/** A member of a workspace, signed in. */
export interface Member {
  readonly workspaceId: string;
  readonly userId: string;
  /** Call with these. */
  readonly options: CallOptions;
}

/** More about a member. */
export interface MemberInit {
  workspaceId?: string;
  userId?: string;
  role?: Role;
  expireMs?: number;
}

/** Signs people in without an auth service. */
export class Callers {
  readonly #callers = new Map<string, Caller>();

  member({
    workspaceId = newId(),
    userId = newId(),
    role = Role.MEMBER,
    expireMs = Date.now() + 600_000,
  }: MemberInit = {}): Member {
    const token = newId();
    this.#callers.set(token, { kind: "user", userId, workspaceId, role, deviceId: undefined, expireMs });
    return { workspaceId, userId, options: { headers: { authorization: `Bearer ${token}` } } };
  }

  verify = async (token: string): Promise<Caller> => {
    const caller = this.#callers.get(token);
    if (caller === undefined) throw refusal("token_invalid");
    if (caller.expireMs <= Date.now()) throw refusal("token_expired");
    return caller;
  };
}
