/**
 * The plain alternative that the ingest bench measures beside Gigtrail: Express, express.json, a JWT check, and one
 * insert of jsonb with its own commit. It checks nothing, masks nothing and encrypts nothing.
 */
import express from "express";
import { jwtVerify } from "jose";
import { Pool } from "pg";

const { DATABASE_URL = "", JWT_SECRET = "", PORT = "0" } = process.env;
const secret = new TextEncoder().encode(JWT_SECRET);
const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });
await pool.query(`
  create table if not exists chunks (
    session_id uuid, tab_id uuid, seq bigint, events jsonb not null, primary key (session_id, tab_id, seq))`);

const app = express();
app.put(
  "/sessions/:session/tabs/:tab/chunks/:seq",
  authenticate,
  express.json({ limit: "40mb" }),
  (request, response, next) => {
    const { session, tab, seq } = request.params;
    pool
      .query("insert into chunks values ($1, $2, $3, $4::jsonb) on conflict do nothing", [
        session,
        tab,
        seq,
        JSON.stringify(request.body),
      ])
      .then(() => response.json({ stored: true }), next);
  },
);
const server = app.listen(Number(PORT), "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : address}\n`);
});

function authenticate(request: express.Request, response: express.Response, next: express.NextFunction): void {
  const token = (request.headers.authorization ?? "").replace("Bearer ", "");
  jwtVerify(token, secret).then(
    () => next(),
    () => response.status(401).end(),
  );
}
