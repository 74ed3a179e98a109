import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { openApiDocument, type OpenApiOptions } from "../../openapi/document.ts";
import { HTTP_METHODS, type Operation } from "../../openapi/model.ts";

/** The real API, as the gateway describes it. */
export const API: OpenApiOptions = {
  services: [AuthService, DeviceService, IngestService, AnalysisService, ExportService],
  title: "Gigtrail API",
  version: "1.2.3",
};

/** Its document. */
export const DOCUMENT = openApiDocument(API);

/** Every RPC of the contract, public or not. */
export const METHODS = API.services.flatMap(({ methods }) => methods);

/** An operation of the document and where it is. */
export interface Located {
  path: string;
  httpMethod: string;
  operation: Operation;
}

/** Every operation of the document. */
export const OPERATIONS: Located[] = Object.entries(DOCUMENT.paths).flatMap(([path, item]) =>
  HTTP_METHODS.flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [{ path, httpMethod: method.toUpperCase(), operation }];
  }),
);
