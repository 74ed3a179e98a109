import type { HandlerContext } from "@connectrpc/connect";
import { scopeOf, userOf } from "@gigtrail/platform/rpc/caller";

/** Who asks for exports. Everybody sees their own alone. */
export interface Owner {
  readonly workspaceId: string;
  readonly userId: string;
  /** May see the sessions of all members: exports made with that right are hidden from those who have lost it. */
  readonly seesAll: boolean;
}

/** The owner that a caller is. */
export function ownerOf(context: HandlerContext): Owner {
  const { workspaceId, userId } = userOf(context);
  return { workspaceId, userId, seesAll: scopeOf(context).userId === undefined };
}
