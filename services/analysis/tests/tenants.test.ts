import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { newId } from "@gigtrail/platform/ids";
import { sql } from "kysely";
import { SYSTEM_TABLES } from "../db/system-tables.ts";
import { PGLITE } from "@gigtrail/test-kit/databases";
import type { FakeSession } from "./support/fake-ingest.ts";
import { analysed } from "./support/finished.ts";
import { recording } from "./support/recordings.ts";
import { refused } from "@gigtrail/test-kit/refused";
import { type Member, TestAnalysis } from "./support/test-analysis.ts";

/** Tables of the migrator. */
const MIGRATOR_TABLES = ["migrations", "migrations_lock"];

describe("a workspace", () => {
  let t: TestAnalysis;
  let ann: Member;
  let session: FakeSession;

  beforeAll(async () => {
    t = await TestAnalysis.open(await PGLITE.open());
    ann = t.member();
    session = t.ingest.put(ann.workspaceId, ann.userId, recording());
    await t.startService();
    await t.ingest.complete(t.bus, session);
    await analysed(t, ann, session);
  }, 60_000);
  afterAll(() => t.close(), 30_000);

  const visible = async ({ options }: Member) => {
    const { visits } = await t.client.listVisits({}, options);
    const { jobs } = await t.client.listSeenJobs({}, options);
    return [visits.length, jobs.length];
  };

  test("and within it a member see their own alone", async () => {
    const { sessionId } = session;
    for (const stranger of [t.member(), t.member(undefined, Role.OWNER), t.member(ann.workspaceId)]) {
      expect(await visible(stranger)).toEqual([0, 0]);
      for (const id of [sessionId, newId()]) {
        expect(await refused(t.client.getAnalysis({ sessionId: id }, stranger.options))).toBe("analysis_not_found");
        expect(await refused(t.client.rerunAnalysis({ sessionId: id }, stranger.options))).toBe("analysis_not_found");
      }
      const filter = { sessionIds: [sessionId], userId: ann.userId };
      expect((await t.client.listVisits({ filter }, stranger.options)).visits).toEqual([]);
      expect((await t.client.listSeenJobs({ filter: { sessionId } }, stranger.options)).jobs).toEqual([]);
    }
    expect(await visible(ann)).toEqual([4, 2]);
  });

  test("is seen whole by its admins, and a member's part where they ask for it", async () => {
    const admin = t.member(ann.workspaceId, Role.ADMIN);
    expect(await visible(admin)).toEqual([4, 2]);
    const { options } = admin;
    expect((await t.client.listVisits({ filter: { userId: ann.userId } }, options)).visits).toHaveLength(4);
    expect((await t.client.listVisits({ filter: { userId: admin.userId } }, options)).visits).toEqual([]);
    expect((await t.client.getAnalysis({ sessionId: session.sessionId }, options)).analysis).toBeDefined();
  });

  test("gives the export service its visits and nothing else, and others nothing", async () => {
    const { options } = t.service("export", ann.workspaceId);
    expect((await t.client.listVisits({}, options)).visits).toHaveLength(4);
    expect(await refused(t.client.listSeenJobs({}, options))).toBe("permission_denied");
    const ingest = t.service("ingest", ann.workspaceId);
    expect(await refused(t.client.listVisits({}, ingest.options))).toBe("permission_denied");
    const viewer = t.member(ann.workspaceId, Role.VIEWER);
    expect(await refused(t.client.listVisits({}, viewer.options))).toBe("permission_denied");
  });

  test("is closed in the database: by row level security, and by keys that name it", async () => {
    const tables = await t.sql(sql<{ name: string; closed: boolean }>`
      select relname as name, relrowsecurity and relforcerowsecurity as closed
        from pg_class where relnamespace = 'analysis'::regnamespace and relkind = 'r'`);
    const open = tables.filter(({ closed }) => !closed).map(({ name }) => name);
    expect(open.toSorted()).toEqual([...SYSTEM_TABLES, ...MIGRATOR_TABLES].toSorted());
    const keys = await t.sql(sql<{ name: string; first: string }>`
      select c.relname as name, a.attname as first
        from pg_index i join pg_class c on c.oid = i.indrelid
        join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
       where c.relnamespace = 'analysis'::regnamespace and c.relforcerowsecurity`);
    expect(keys.length).toBeGreaterThan(4);
    for (const { first } of keys) expect(first).toBe("workspace_id");
    const seen = await t.db.inWorkspace(newId(), (tx) => tx.selectFrom("visits").selectAll().execute());
    expect(seen).toEqual([]);
  });
});
