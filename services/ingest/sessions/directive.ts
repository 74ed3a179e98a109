import { create } from "@bufbuild/protobuf";
import { type Directive, Directive_Action, DirectiveSchema } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { IngestContext } from "../context.ts";

/**
 * What a workspace's clients should do next: stop where the next upload would be refused, slow down where this process
 * has much in hand, else go on. Asks the database where nothing is remembered: not within a transaction.
 */
export async function directiveFor(
  { guard, intake }: Pick<IngestContext, "guard" | "intake">,
  workspaceId: string,
): Promise<Directive> {
  const stop = await guard.stopFor(workspaceId);
  if (stop !== undefined) {
    const { reason, retryAfterMs } = stop;
    return create(DirectiveSchema, { action: Directive_Action.STOP, retryAfterMs: BigInt(retryAfterMs), reason });
  }
  const { throttleMs } = intake;
  if (throttleMs === 0) return create(DirectiveSchema, { action: Directive_Action.CONTINUE });
  return create(DirectiveSchema, {
    action: Directive_Action.THROTTLE,
    retryAfterMs: BigInt(throttleMs),
    reason: "server_busy",
  });
}
