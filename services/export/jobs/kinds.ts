/** The job that writes an export's file; its key and subject are the export. */
export const WRITE_EXPORT = "write_export";
