import type { HandlerContext } from "@connectrpc/connect";
import { scopeOf, type Scope, userOf } from "@gigtrail/platform/rpc/caller";

/** Who asks for deletions: the member whose they are, and which sessions they may delete. */
export interface DeletionOwner {
  readonly workspaceId: string;
  readonly userId: string;
  readonly scope: Scope;
}

/** The caller, as one who asks for deletions. */
export function deletionOwnerOf(context: HandlerContext): DeletionOwner {
  const { workspaceId, userId } = userOf(context);
  return { workspaceId, userId, scope: scopeOf(context) };
}
