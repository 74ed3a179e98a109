import { z } from "zod";
import type { Running } from "../lifecycle.ts";
import { SCHEMAS } from "../db/roles.ts";
import type { ServiceName, Surroundings } from "../service.ts";
import { type GrpcTransport, grpcTransport } from "./grpc-transport.ts";

/** Settings that say where the services are. */
export const serviceAddresses = {
  AUTH_ADDRESS: z.string().default("auth:9090").describe("host:port of the auth service"),
  INGEST_ADDRESS: z.string().default("ingest:9090").describe("host:port of the ingest service"),
  ANALYSIS_ADDRESS: z.string().default("analysis:9090").describe("host:port of the analysis service"),
  EXPORT_ADDRESS: z.string().default("export:9090").describe("host:port of the export service"),
};

/** The ways to all services. */
export interface GrpcTransports extends Running {
  readonly transport: Surroundings["transport"];
  /** Throws `unavailable` when one of them does not serve. */
  check(): Promise<void>;
}

/** Opens the way to each service; connections are made when they are needed. */
export function grpcTransports(addresses: Record<keyof typeof serviceAddresses, string>): GrpcTransports {
  const transports: Record<ServiceName, GrpcTransport> = {
    auth: grpcTransport(addresses.AUTH_ADDRESS),
    ingest: grpcTransport(addresses.INGEST_ADDRESS),
    analysis: grpcTransport(addresses.ANALYSIS_ADDRESS),
    export: grpcTransport(addresses.EXPORT_ADDRESS),
  };
  return {
    transport: (service) => transports[service],
    async check() {
      await Promise.all(SCHEMAS.map((service) => transports[service].check()));
    },
    async stop() {
      await Promise.all(SCHEMAS.map((service) => transports[service].stop()));
    },
  };
}
