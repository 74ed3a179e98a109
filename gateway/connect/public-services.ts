import type { DescService } from "@bufbuild/protobuf";
import type { ServiceName } from "@gigtrail/platform/service";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";

/** The services of the contract, and which of ours has them. */
export const PUBLIC_SERVICES: readonly { desc: DescService; service: ServiceName }[] = [
  { desc: AuthService, service: "auth" },
  { desc: DeviceService, service: "auth" },
  { desc: IngestService, service: "ingest" },
  { desc: AnalysisService, service: "analysis" },
  { desc: ExportService, service: "export" },
];
