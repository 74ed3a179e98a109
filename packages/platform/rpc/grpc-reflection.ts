import { type DescFile, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import type { Route } from "./routes.ts";

/** Adds gRPC server reflection, so that grpcurl and the like can ask a service what it offers. */
export function addReflection(server: Server, routes: readonly Route[]): void {
  const files = new Map<string, Buffer>();
  for (const { desc } of routes) collect(desc.file, files);
  const descriptors = {
    format: "Protocol Buffer 3 EnumDescriptorProto" as const,
    type: {},
    fileDescriptorProtos: [...files.values()],
  };
  const services = routes.map(({ desc }) => desc.typeName);
  new ReflectionService({ gigtrail: descriptors }, { services }).addToServer(server);
}

function collect(file: DescFile, files: Map<string, Buffer>): void {
  const name = file.proto.name;
  if (files.has(name)) return;
  files.set(name, Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)));
  for (const dependency of file.dependencies) collect(dependency, files);
}
