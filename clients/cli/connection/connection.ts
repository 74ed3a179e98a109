import { type CallOptions, type Client, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { describeFailure } from "../describe-failure.ts";
import { CliFailure } from "../failure.ts";
import { type CliIo, OutputClosed } from "../io.ts";
import { CredentialsFile } from "../session/credentials-file.ts";
import { credentialsPath } from "../session/credentials-path.ts";
import { TokenSource } from "../session/token-source.ts";
import { authorize } from "./authorize.ts";
import { chooseServer } from "./server-address.ts";

/** A call that is no stream and takes longer is given up. */
const UNARY_TIMEOUT_MS = 30_000;

/** A server, the sign-in at it, and clients of its services. */
export interface Connection {
  /** Its address. */
  server: string;
  /** Where sign-ins are kept. */
  file: CredentialsFile;
  /** Tokens of the sign-in at this server. */
  tokens: TokenSource;
  /** Options of a call that is no stream. */
  unary: CallOptions;
  /** Options of a stream. */
  stream: CallOptions;
  auth: Client<typeof AuthService>;
  devices: Client<typeof DeviceService>;
  ingest: Client<typeof IngestService>;
  analysis: Client<typeof AnalysisService>;
  export: Client<typeof ExportService>;
}

/** Connects to the server that is meant, and turns every failure of `work` into a CliFailure. */
export async function withConnection<T>(
  io: CliIo,
  serverOption: string | undefined,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const file = new CredentialsFile(credentialsPath(io.env));
  const server = chooseServer(serverOption, io.env, await file.read());
  try {
    return await work(connect(io, file, server));
  } catch (thrown) {
    const error = withoutWrapping(thrown);
    if (error instanceof CliFailure || error instanceof OutputClosed) throw error;
    throw new CliFailure(describeFailure(error, server, io.signal), { cause: error });
  }
}

/** Connect turns what an interceptor throws (there is no sign-in, it has ended) into an error of its own. */
function withoutWrapping(error: unknown): unknown {
  return error instanceof ConnectError && error.cause instanceof CliFailure ? error.cause : error;
}

function connect(io: CliIo, file: CredentialsFile, server: string): Connection {
  const stream: CallOptions = io.signal === undefined ? {} : { signal: io.signal };
  const unary: CallOptions = { ...stream, timeoutMs: UNARY_TIMEOUT_MS };
  const tokens = new TokenSource({
    file,
    server,
    refresh: async (refreshToken) => (await auth.refreshTokens({ refreshToken }, unary)).tokens,
  });
  const transport = createConnectTransport({
    baseUrl: server,
    httpVersion: "1.1",
    useBinaryFormat: true,
    interceptors: [authorize((refused) => tokens.accessToken(refused))],
  });
  const auth = createClient(AuthService, transport);
  return {
    server,
    file,
    tokens,
    unary,
    stream,
    auth,
    devices: createClient(DeviceService, transport),
    ingest: createClient(IngestService, transport),
    analysis: createClient(AnalysisService, transport),
    export: createClient(ExportService, transport),
  };
}
