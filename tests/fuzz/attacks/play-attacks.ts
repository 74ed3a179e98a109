import { complaintAbout } from "../oracle/judge.ts";
import type { Player } from "../run/player.ts";
import { tokenOf } from "../target/people.ts";
import { requestBytes } from "../wire/request-bytes.ts";
import { send } from "../wire/send.ts";
import { readAnswer } from "../wire/wire-answer.ts";
import type { Attack } from "./attacks.ts";

const OK = 200;

/** Sends attacks one after the other, and gives those that were not answered as they must be. */
export async function playAttacks({ target, people }: Player, attacks: readonly Attack[]): Promise<string[]> {
  const complaints: string[] = [];
  for (const { name, request, answer: expected } of attacks) {
    const received = await send(target.url, requestBytes(request, await tokenOf(people, request.sender)));
    const { status, headers } = readAnswer(received.bytes);
    const answer = status === OK ? "stored" : (headers.get("x-gigtrail-reason") ?? String(status));
    const complaint = complaintAbout(request, received);
    if (complaint !== undefined) complaints.push(`${name}: ${complaint}`);
    else if (answer !== expected) complaints.push(`${name}: it was answered ${answer} instead of ${expected}`);
  }
  return complaints;
}
