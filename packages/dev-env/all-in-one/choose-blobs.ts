import { join } from "node:path";
import { blobConfig, blobSettings, openBlobStore } from "@gigtrail/platform/blob/blob-settings";
import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import { type Environment, loadConfig } from "@gigtrail/platform/config";
import type { ServiceName } from "@gigtrail/platform/service";

/** Gives each service its blobs: where the environment says, otherwise in the data folder. Throws ConfigError. */
export function chooseBlobs(env: Environment, dataFolder: string): (service: ServiceName) => BlobStore {
  const isSaid = Object.keys(blobSettings).some((name) => env[name] || env[`${name}_FILE`]);
  const config = loadConfig(blobConfig, isSaid ? env : { BLOB_FOLDER: join(dataFolder, "blobs") });
  return (service) => openBlobStore(config, service);
}
