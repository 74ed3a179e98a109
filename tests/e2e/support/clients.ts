import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";

/** Clients of the whole public API, with one caller's token. */
export interface Clients {
  readonly auth: Client<typeof AuthService>;
  readonly devices: Client<typeof DeviceService>;
  readonly ingest: Client<typeof IngestService>;
  readonly analysis: Client<typeof AnalysisService>;
  readonly exports: Client<typeof ExportService>;
}

/** How messages travel. */
export type WireFormat = "binary" | "json";

/** Connect clients as a program would make them. */
export function clientsOf(url: string, accessToken?: string, format: WireFormat = "binary"): Clients {
  const transport = createConnectTransport({
    baseUrl: url,
    httpVersion: "1.1",
    useBinaryFormat: format === "binary",
    interceptors: [
      (next) => (request) => {
        if (accessToken !== undefined) request.header.set("authorization", `Bearer ${accessToken}`);
        return next(request);
      },
    ],
  });
  return {
    auth: createClient(AuthService, transport),
    devices: createClient(DeviceService, transport),
    ingest: createClient(IngestService, transport),
    analysis: createClient(AnalysisService, transport),
    exports: createClient(ExportService, transport),
  };
}
