import { createHmac } from "node:crypto";
import { newKey, open, seal } from "@gigtrail/platform/crypto/aead";
import type { Tx } from "@gigtrail/platform/db/database";
import type { IngestSchema } from "../db/schema.ts";

/** A session's key, and what it is used for. */
export class SessionKey {
  constructor(readonly bytes: Uint8Array) {}

  /** A chunk's identity: keyed, so that the database alone cannot tell whether two people recorded the same. */
  identityOf(sha256: Uint8Array): Buffer {
    return createHmac("sha256", this.bytes).update("chunk identity").update(sha256).digest();
  }
}

/** Wraps session keys with the workspace's, and the workspace's with the service's, which derives from the master key. */
export class SessionKeys {
  constructor(private readonly serviceKey: Uint8Array) {}

  /** Makes a session's key, and its workspace's where this is the first session. */
  async create(tx: Tx<IngestSchema>, workspaceId: string, sessionId: string): Promise<void> {
    const workspaceKey = await this.#workspaceKey(tx, workspaceId);
    const wrapped = seal(workspaceKey, newKey(), sessionContext(workspaceId, sessionId));
    await tx
      .insertInto("session_keys")
      .values({ workspace_id: workspaceId, session_id: sessionId, wrapped_key: wrapped })
      .execute();
  }

  /** A session's key; undefined when there is none, and so nothing of the session can be read any more. */
  async find(tx: Tx<IngestSchema>, workspaceId: string, sessionId: string): Promise<SessionKey | undefined> {
    const row = await tx
      .selectFrom("session_keys as s")
      .innerJoin("workspace_keys as w", "w.workspace_id", "s.workspace_id")
      .select(["s.wrapped_key as session", "w.wrapped_key as workspace"])
      .where("s.workspace_id", "=", workspaceId)
      .where("s.session_id", "=", sessionId)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const workspaceKey = open(this.serviceKey, row.workspace, workspaceContext(workspaceId));
    return new SessionKey(open(workspaceKey, row.session, sessionContext(workspaceId, sessionId)));
  }

  async #workspaceKey(tx: Tx<IngestSchema>, workspaceId: string): Promise<Buffer> {
    const wrapped = seal(this.serviceKey, newKey(), workspaceContext(workspaceId));
    await tx
      .insertInto("workspace_keys")
      .values({ workspace_id: workspaceId, wrapped_key: wrapped })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx
      .insertInto("workspaces")
      .values({ workspace_id: workspaceId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    // Another session may have made it at the same moment: the stored one counts.
    const stored = await tx
      .selectFrom("workspace_keys")
      .select("wrapped_key")
      .where("workspace_id", "=", workspaceId)
      .executeTakeFirstOrThrow();
    return open(this.serviceKey, stored.wrapped_key, workspaceContext(workspaceId));
  }
}

function workspaceContext(workspaceId: string): string {
  return `gigtrail workspace key 1 ${workspaceId}`;
}

function sessionContext(workspaceId: string, sessionId: string): string {
  return `gigtrail session key 1 ${workspaceId} ${sessionId}`;
}
