import { afterEach, expect, test } from "bun:test";
import { connect, createServer, type Server } from "node:net";
import { freePort } from "@gigtrail/test-servers/free-port";
import { eventually } from "@gigtrail/test-servers/eventually";
import { TcpProxy } from "../system/tcp-proxy.ts";

const opened: (Server | TcpProxy)[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) {
    if (each instanceof TcpProxy) each.stop();
    else each.close();
  }
});

/** An echo behind a proxy, and what it has heard. */
async function echoBehindProxy() {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      heard.push(bytes.toString());
      socket.write(bytes);
    });
  });
  const target = freePort();
  await new Promise<void>((resolve) => server.listen(target, "127.0.0.1", resolve));
  const port = freePort();
  const proxy = await TcpProxy.listen(port, () => [freePort(), target]);
  opened.push(server, proxy);
  return { proxy, port, heard };
}

function talk(port: number) {
  const socket = connect(port, "127.0.0.1");
  const talked = { socket, answer: "", closed: false };
  socket.on("data", (bytes) => (talked.answer += bytes.toString()));
  socket.on("error", () => undefined);
  socket.on("close", () => (talked.closed = true));
  return talked;
}

test("passes both ways, past a target that does not listen", async () => {
  const { port } = await echoBehindProxy();
  const talked = talk(port);
  talked.socket.write("hello");
  await eventually(() => expect(talked.answer).toBe("hello"));
  talked.socket.end();
});

test("cuts a request after so many bytes, which arrive", async () => {
  const { proxy, port, heard } = await echoBehindProxy();
  const talked = talk(port);
  const cut = proxy.cut("requests", 3, 5_000);
  talked.socket.write("hello");
  expect(await cut).toBe(true);
  await eventually(() => expect([talked.closed, heard.join("")]).toEqual([true, "hel"]));
});

test("says when there was nothing to cut", async () => {
  const { proxy } = await echoBehindProxy();
  expect(await proxy.cut("requests", 1, 50)).toBe(false);
});

test("holds answers back and gives them, or loses them", async () => {
  const { proxy, port, heard } = await echoBehindProxy();
  const [given, lost] = [talk(port), talk(port)];
  given.socket.write("one");
  await eventually(() => expect(given.answer).toBe("one"));
  const giving = proxy.holdAnswers(200, "give");
  given.socket.write("two");
  await eventually(() => expect(heard).toContain("two"));
  expect(given.answer).toBe("one");
  await giving;
  await eventually(() => expect(given.answer).toBe("onetwo"));
  const losing = proxy.holdAnswers(200, "lose");
  lost.socket.write("three");
  await eventually(() => expect(heard).toContain("three"));
  await losing;
  await eventually(() => expect([lost.closed, lost.answer]).toEqual([true, ""]));
});
