import { join } from "node:path";
import { startDistributed as startProcesses } from "@gigtrail/dev-env/distributed/start-distributed";
import { freePort } from "@gigtrail/test-servers/free-port";
import { startNats } from "@gigtrail/test-servers/nats";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { guardSubprocess } from "../measure/start-program.ts";
import { Gigtrail, UNLIMITED_ADDRESS } from "./gigtrail.ts";

/**
 * Starts nats-server and Gigtrail as five processes on a database of its own; they end with the bench. A chunk goes
 * through two of them: the gateway and, by gRPC, ingest.
 */
export async function startDistributed(stack: AsyncDisposableStack, databaseUrl: string): Promise<Gigtrail> {
  const folder = stack.use(createTempFolder());
  const nats = await startNats();
  stack.defer(() => nats.stop());
  const distributed = await startProcesses({
    databaseUrl,
    natsUrl: nats.url,
    folder: folder.path,
    freePort,
    env: { LOG_LEVEL: "error", ...UNLIMITED_ADDRESS },
    onSpawn: guardSubprocess,
  });
  stack.defer(() => distributed.stop());
  const { gateway, ingest } = distributed.processes;
  return Gigtrail.open(distributed.url, [gateway.pid, ingest.pid], join(folder.path, "blobs"));
}
