import type { ServiceCredentials } from "@gigtrail/platform/auth/service-credentials";
import type { Surroundings } from "@gigtrail/platform/service";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { type Client, createClient } from "@connectrpc/connect";

/** The services that data comes from, called in the name of this service. */
export interface Upstream {
  readonly ingest: Client<typeof IngestService>;
  readonly analysis: Client<typeof AnalysisService>;
  /** Headers of a call to one of them on behalf of a workspace. */
  readonly credentials: ServiceCredentials;
}

/** Connects to the services that data comes from. */
export function connectUpstream({ transport, credentials }: Pick<Surroundings, "transport" | "credentials">): Upstream {
  return {
    ingest: createClient(IngestService, transport("ingest")),
    analysis: createClient(AnalysisService, transport("analysis")),
    credentials,
  };
}
