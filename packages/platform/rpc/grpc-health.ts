import type { Client } from "@grpc/grpc-js";
import { service as health } from "grpc-health-check";
import { refusal } from "../errors.ts";

/** Deadline of a health check, in milliseconds. */
const CHECK_MS = 2_000;

/** Asks a service for its health (grpc.health.v1). Throws `unavailable` when it does not serve. */
export function checkHealth(channel: Client): Promise<void> {
  const { path, requestSerialize, responseDeserialize } = health["Check"] ?? missing();
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + CHECK_MS;
    channel.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { service: "" },
      { deadline },
      (error, answer) => {
        if (error === null && isServing(answer)) resolve();
        else reject(refusal("unavailable", { cause: error }));
      },
    );
  });
}

function isServing(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "status" in answer && answer.status === "SERVING";
}

function missing(): never {
  throw new Error("grpc.health.v1.Health has no Check");
}
