import { ConnectError } from "@connectrpc/connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { Metadata, type ServiceError, type StatusObject } from "@grpc/grpc-js";

/** Headers as gRPC metadata; binary values (`…-bin`) are base64 on the Connect side and bytes on the gRPC side. */
export function toMetadata(headers: HeadersInit | undefined): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of new Headers(headers)) {
    if (name.endsWith("-bin")) metadata.add(name, Buffer.from(value, "base64"));
    else metadata.add(name, value);
  }
  return metadata;
}

/** gRPC metadata as headers. */
export function toHeaders(metadata: Metadata): Headers {
  const headers = new Headers();
  for (const name of Object.keys(metadata.getMap())) {
    for (const value of metadata.get(name)) {
      headers.append(name, typeof value === "string" ? value : value.toString("base64"));
    }
  }
  return headers;
}

/** A public error as a gRPC status, its details included. */
export function toStatus(error: ConnectError): StatusObject {
  const trailer = setTrailerStatus(new Headers(), error);
  const metadata = toMetadata(trailer);
  metadata.remove("grpc-status");
  metadata.remove("grpc-message");
  return { code: Number(error.code), details: error.rawMessage, metadata };
}

/** A gRPC status as the error that it was made from, its details included. */
export function fromStatus(status: ServiceError): ConnectError {
  const headers = toHeaders(status.metadata);
  headers.set("grpc-status", String(status.code));
  headers.set("grpc-message", encodeURIComponent(status.details));
  return findTrailerError(headers) ?? ConnectError.from(status);
}
