import { rpcPath } from "../generate/rpc-json.ts";
import { SESSIONS, TABS } from "../target/names.ts";
import { type People, tokenOf } from "../target/people.ts";
import { stall } from "../wire/send.ts";

/** Opens connections on which the request never ends, and gives what is wrong: the server must close them. */
export async function stallComplaints(url: string, people: People): Promise<string[]> {
  const token = await tokenOf(people, "uploader");
  const lines = (first: string, length: number) =>
    `${first} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n`;
  const put = `PUT /v1/sessions/${SESSIONS[0]}/tabs/${TABS[0]}/chunks/0`;
  const beginnings = [
    "",
    "GET / HT",
    lines(put, 100),
    `${lines(put, 100)}\r\n`,
    `${lines(put, 30_000_000)}\r\n[{"type":3,`,
    `${lines(`POST ${rpcPath("PutChunk")}`, 1_000)}\r\n{"sessionId":`,
    `${lines(`POST ${rpcPath("ReadEvents")}`, 1_000)}\r\n`,
    `${lines(`POST ${rpcPath("FinishSession")}`, 1_000)}transfer-encoding: chunked\r\n\r\n5\r\n{`,
  ];
  const received = await Promise.all(beginnings.map((text) => stall(url, Buffer.from(text))));
  return received.flatMap(({ hung }, at) =>
    hung ? [`a connection stays open after ${JSON.stringify(beginnings[at]?.replace(token ?? "", "…"))}`] : [],
  );
}
