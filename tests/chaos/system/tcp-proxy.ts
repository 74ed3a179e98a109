import { connect, createServer, type Server, type Socket } from "node:net";

/** Which way bytes go: from the one that connected, or back to it. */
export type Direction = "requests" | "answers";

/** A connection is cut once so many bytes more have gone this way. */
interface Cut {
  readonly direction: Direction;
  bytesLeft: number;
  readonly done: PromiseWithResolvers<boolean>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

/** Passes TCP connections on to one of its targets. It can cut them in the middle of what they carry, and hold answers back. */
export class TcpProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #cut: Cut | undefined;
  #held = false;
  #turn = 0;

  private constructor(private readonly targets: () => readonly number[]) {
    this.#server = createServer((client) => this.#accept(client));
  }

  /** Listens on a port of 127.0.0.1; `targets` are ports of 127.0.0.1, which get the connections in turn. */
  static async listen(port: number, targets: () => readonly number[]): Promise<TcpProxy> {
    const proxy = new TcpProxy(targets);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once("error", reject);
      proxy.#server.listen(port, "127.0.0.1", resolve);
    });
    return proxy;
  }

  /** Cuts the connection that carries the so-many-th next byte this way; false when none did within `patienceMs`. */
  async cut(direction: Direction, bytes: number, patienceMs: number): Promise<boolean> {
    const done = Promise.withResolvers<boolean>();
    this.#cut = { direction, bytesLeft: bytes, done };
    const timer = setTimeout(() => {
      this.#cut = undefined;
      done.resolve(false);
    }, patienceMs);
    const wasCut = await done.promise;
    clearTimeout(timer);
    return wasCut;
  }

  /** Keeps all answers back for so long; then gives them, or cuts every connection, so that they are lost. */
  async holdAnswers(ms: number, end: "give" | "lose"): Promise<void> {
    this.#held = true;
    for (const { server } of this.#links) server.pause();
    await Bun.sleep(ms);
    this.#held = false;
    for (const link of this.#links) {
      if (end === "lose") this.#end(link);
      else link.server.resume();
    }
  }

  /** Ends all connections and listens no more. */
  stop(): void {
    this.#server.close();
    for (const link of this.#links) this.#end(link);
  }

  #accept(client: Socket): void {
    // What comes before there is a connection onwards waits.
    client.pause();
    client.on("error", () => client.destroy());
    const ports = this.targets();
    this.#turn += 1;
    this.#connect(
      client,
      ports.map((_, index) => ports[(index + this.#turn) % ports.length] ?? 0),
    );
  }

  #connect(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) return void client.destroy();
    const server = connect(port, "127.0.0.1");
    const tryOthers = () => this.#connect(client, others);
    server.once("error", tryOthers);
    server.once("connect", () => {
      server.off("error", tryOthers);
      this.#join({ client, server });
    });
  }

  #join(link: Link): void {
    const { client, server } = link;
    this.#links.add(link);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", () => this.#end(link));
      socket.on("close", () => this.#end(link));
    }
    client.on("data", (bytes) => this.#pass(link, "requests", bytes));
    server.on("data", (bytes) => this.#pass(link, "answers", bytes));
    client.on("drain", () => this.#held || server.resume());
    server.on("drain", () => client.resume());
    client.resume();
    if (this.#held) server.pause();
  }

  #pass(link: Link, direction: Direction, bytes: string | Buffer): void {
    const [from, to] = direction === "requests" ? [link.client, link.server] : [link.server, link.client];
    const cut = this.#cut;
    if (cut?.direction === direction) {
      if (bytes.length >= cut.bytesLeft) {
        this.#cut = undefined;
        from.pause();
        // What goes before the cut arrives: the other side has begun to read when the connection ends.
        to.write(bytes.slice(0, cut.bytesLeft), () => this.#end(link));
        cut.done.resolve(true);
        return;
      }
      cut.bytesLeft -= bytes.length;
    }
    if (!to.write(bytes)) from.pause();
  }

  #end(link: Link): void {
    this.#links.delete(link);
    link.client.destroy();
    link.server.destroy();
  }
}
