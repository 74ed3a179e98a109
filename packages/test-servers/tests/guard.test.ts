import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { eventually } from "../eventually.ts";
import { createTempFolder } from "../temp-folder.ts";
import { requirement } from "../requirement.ts";

const nats = requirement("own nats-server");

/** A process that starts things, says what they are and never ends by itself. */
const SCRIPT = `
  import { createTempFolder } from "${import.meta.dir}/../temp-folder.ts";
  import { startNats } from "${import.meta.dir}/../nats.ts";
  const { url } = await startNats();
  console.log(createTempFolder().path + " " + url);
  setInterval(() => {}, 1_000);
`;

async function canConnect(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  try {
    const socket = await Bun.connect({ hostname, port: Number(port), socket: { data() {} } });
    socket.end();
    return true;
  } catch {
    return false;
  }
}

test.skipIf(nats.skip)(
  nats.title("servers and folders of a process that is killed end with it"),
  async () => {
    using folder = createTempFolder();
    const script = `${folder.path}/script.ts`;
    await Bun.write(script, SCRIPT);
    const child = Bun.spawn([process.execPath, script], { stdout: "pipe" });
    const { value } = await child.stdout.getReader().read();
    const [path = "", url = ""] = new TextDecoder().decode(value).trim().split(" ");
    expect(existsSync(path)).toBe(true);
    expect(await canConnect(url)).toBe(true);
    child.kill("SIGKILL");
    await eventually(() => expect(existsSync(path)).toBe(false));
    await eventually(async () => expect(await canConnect(url)).toBe(false));
  },
  60_000,
);

test("a temporary folder is gone after its block, and may be removed twice", () => {
  let path: string;
  {
    using folder = createTempFolder();
    path = folder.path;
    expect(existsSync(path)).toBe(true);
    folder.remove();
  }
  expect(existsSync(path)).toBe(false);
});
