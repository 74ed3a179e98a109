import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "@gigtrail/test-servers/eventually";
import { type NatsAddress, type NatsServer, sharedNats, startNats } from "@gigtrail/test-servers/nats";
import { requirement } from "@gigtrail/test-servers/requirement";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { NatsBus } from "../../bus/nats.ts";
import { quietLog } from "../quiet-log.ts";
import { busContract, decode, encode, newSubject } from "./contract.ts";

const anyServer = requirement("nats-server");
const ownServer = requirement("own nats-server");
const TIMEOUT_MS = 90_000;

const open: NatsBus[] = [];
async function connect(url: string): Promise<NatsBus> {
  const bus = await NatsBus.connect(url, quietLog);
  open.push(bus);
  return bus;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((bus) => bus.close()));
});

describe.skipIf(anyServer.skip)(anyServer.title("NatsBus"), () => {
  let server: NatsAddress;
  beforeAll(async () => {
    server = await sharedNats();
  }, START_TIMEOUT_MS);

  busContract(() => connect(server.url));

  test("closing it ends its members", async () => {
    const bus = await connect(server.url);
    const member = await bus.consume(newSubject(), "closing", async () => {});
    await bus.close();
    await member.stop();
  });

  test("cannot be opened where nobody answers", async () => {
    await expect(NatsBus.connect("nats://127.0.0.1:1", quietLog)).rejects.toThrow();
  });
});

describe.skipIf(ownServer.skip)(ownServer.title("NatsBus whose server fails"), () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNats();
  }, START_TIMEOUT_MS);
  afterAll(() => server?.stop());

  /** Publishes until the server takes it: while it is away, publishing fails and the caller tries again. */
  const publish = (bus: NatsBus, subject: string, text: string) =>
    eventually(() => bus.publish(subject, encode(text), `${subject} ${text}`), TIMEOUT_MS / 2);

  test(
    "goes on after kill -9 and a start on the same store",
    async () => {
      const bus = await connect(server.url);
      const subject = newSubject();
      const broadcast = subject.replace("work", "live");
      const heard = new Set<string>();
      const member = await bus.consume(subject, "killed", async (message) => void heard.add(decode(message)));
      const listening = bus.listen(broadcast, (message) => void heard.add(decode(message)));
      await publish(bus, subject, "before");
      await eventually(() => expect([...heard]).toEqual(["before"]));
      await server.kill();
      await expect(bus.check()).rejects.toThrow();
      await server.start();
      await publish(bus, subject, "after");
      await eventually(() => expect([...heard]).toContain("after"), TIMEOUT_MS / 2);
      await bus.check();
      bus.broadcast(broadcast, encode("live"));
      await eventually(() => expect([...heard]).toContain("live"));
      await listening.stop();
      await member.stop();
    },
    TIMEOUT_MS,
  );

  test(
    "keeps work that was published before kill -9 for a group that comes after it",
    async () => {
      const bus = await connect(server.url);
      const subject = newSubject();
      await publish(bus, subject, "kept");
      await server.kill();
      await server.start();
      const heard: string[] = [];
      const member = await bus.consume(subject, "late", async (message) => void heard.push(decode(message)));
      await eventually(() => expect(heard).toEqual(["kept"]), TIMEOUT_MS / 2);
      await member.stop();
    },
    TIMEOUT_MS,
  );

  test(
    "publishes and delivers again when the server has lost its store",
    async () => {
      const bus = await connect(server.url);
      const subject = newSubject();
      const heard: string[] = [];
      const member = await bus.consume(subject, "forgotten", async (message) => void heard.push(decode(message)));
      await publish(bus, subject, "before");
      await eventually(() => expect(heard).toEqual(["before"]));
      await server.kill();
      server.emptyStore();
      await server.start();
      await publish(bus, subject, "after");
      await eventually(() => expect(heard).toEqual(["before", "after"]), TIMEOUT_MS / 2);
      await member.stop();
    },
    TIMEOUT_MS,
  );

  test(
    "stops at once while the server is away",
    async () => {
      const bus = await connect(server.url);
      const member = await bus.consume(newSubject(), "away", async () => {});
      await server.kill();
      await member.stop();
      await bus.close();
      await server.start();
    },
    TIMEOUT_MS,
  );
});
