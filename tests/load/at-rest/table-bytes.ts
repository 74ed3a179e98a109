import { Client } from "pg";

/** Bytes that a table takes with its large values and its keys. */
export async function tableBytes(databaseUrl: string, table: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ bytes: string }>("select pg_total_relation_size($1) as bytes", [table]);
    return Number(rows[0]?.bytes);
  } finally {
    await client.end();
  }
}
