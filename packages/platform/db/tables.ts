import { type Kysely, sql } from "kysely";
import { type SchemaName, systemRole, tenantRole } from "./roles.ts";

/** Which statements a role may use on a table. */
export type Grant = "select" | "insert" | "update" | "delete";

const ALL: readonly Grant[] = ["select", "insert", "update", "delete"];

/**
 * Closes a new tenant table (it must have workspace_id): FORCE ROW LEVEL SECURITY, one policy for reading and
 * writing, and rights for the schema's tenant role alone.
 */
export async function closeTenantTable(db: Kysely<never>, schema: SchemaName, table: string): Promise<void> {
  const name = sql.table(`${schema}.${table}`);
  await sql`alter table ${name} enable row level security`.execute(db);
  await sql`alter table ${name} force row level security`.execute(db);
  const visible = sql`workspace_id = any(string_to_array(nullif(current_setting('app.workspaces', true), ''), ',')::uuid[])`;
  await sql`create policy workspace_only on ${name} using (${visible}) with check (${visible})`.execute(db);
  await grant(db, schema, table, tenantRole(schema), ALL);
}

/**
 * Opens a queue or look-up table, which holds ids and no tenant's content, to the schema's system role, and to the
 * tenant role as far as a tenant's transaction must write to it.
 */
export async function openSystemTable(
  db: Kysely<never>,
  schema: SchemaName,
  table: string,
  forTenantRole: readonly Grant[],
): Promise<void> {
  await grant(db, schema, table, systemRole(schema), ALL);
  if (forTenantRole.length > 0) await grant(db, schema, table, tenantRole(schema), forTenantRole);
}

async function grant(db: Kysely<never>, schema: SchemaName, table: string, role: string, rights: readonly Grant[]) {
  await sql`grant ${sql.raw(rights.join(", "))} on ${sql.table(`${schema}.${table}`)} to ${sql.raw(role)}`.execute(db);
}
