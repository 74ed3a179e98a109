import { UploadGuard } from "../../storage/upload-guard.ts";

/** A guard that lets every upload pass, with the settings that hold where nobody has chosen. */
export function ampleRoom(): UploadGuard {
  const settings = {
    retentionDays: 0,
    byteBudget: 0,
    removeOldest: false,
    keepEmailAddresses: false,
    keepInputs: false,
  };
  const standings = { get: async () => ({ settings, usedBytes: 0 }), add: () => undefined };
  return new UploadGuard(standings, { isLow: false });
}
