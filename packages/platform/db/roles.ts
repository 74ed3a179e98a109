/** The schemas, one for each service that keeps something. */
export const SCHEMAS = ["auth", "ingest", "analysis", "export"] as const;

/** Name of a schema. */
export type SchemaName = (typeof SCHEMAS)[number];

/** The role that sees tenant rows, of the workspaces that the transaction names. */
export function tenantRole(schema: SchemaName): string {
  return `gt_${schema}`;
}

/** The role that sees queue and look-up tables only. */
export function systemRole(schema: SchemaName): string {
  return `gt_${schema}_system`;
}
