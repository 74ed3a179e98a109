import { createClient } from "@connectrpc/connect";
import { createLog } from "@gigtrail/platform/log";
import { refusal } from "@gigtrail/platform/errors";
import { createMetrics } from "@gigtrail/platform/metrics";
import { inMemoryTransport } from "@gigtrail/platform/rpc/in-memory";
import { serviceInterceptors } from "@gigtrail/platform/rpc/interceptors";
import { route } from "@gigtrail/platform/rpc/routes";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { streamExport } from "../../rpc/stream-export.ts";
import { connectUpstream } from "../../sources/upstream.ts";
import type { Callers } from "./callers.ts";
import type { FakeSources } from "./fake-sources.ts";

const metrics = createMetrics("test");

/** A client of StreamExport, which needs no database. */
export function streamClient(sources: FakeSources, callers: Callers, heartbeatMs?: number) {
  const refuse = () => {
    throw refusal("rpc_unknown");
  };
  const routes = route(ExportService, {
    streamExport: streamExport({ upstream: connectUpstream(sources) }, heartbeatMs),
    createExport: refuse,
    getExport: refuse,
    listExports: refuse,
    watchExport: refuse,
    readExportFile: refuse,
  });
  const log = createLog("test", "silent");
  const interceptors = serviceInterceptors({ log, metrics, verify: callers.verify });
  return createClient(ExportService, inMemoryTransport([routes], interceptors));
}
