import { complaintAbout } from "../oracle/judge.ts";
import { type People, tokenOf } from "../target/people.ts";
import type { Target } from "../target/start-target.ts";
import { requestBytes } from "../wire/request-bytes.ts";
import { send } from "../wire/send.ts";
import { readAnswer } from "../wire/wire-answer.ts";
import type { WireRequest } from "../wire/wire-request.ts";
import { Ledger } from "./ledger.ts";

/** Sends requests to a target and judges the answers. */
export class Player {
  readonly ledger = new Ledger();
  /** How many requests were answered how, by status and reason. */
  readonly answers = new Map<string, number>();

  constructor(
    readonly target: Target,
    readonly people: People,
  ) {}

  /** Sends a request; gives what is wrong with the answer, if anything is. */
  async complaint(request: WireRequest): Promise<string | undefined> {
    const bytes = requestBytes(request, await tokenOf(this.people, request.sender));
    const received = await send(this.target.url, bytes);
    const answer = readAnswer(received.bytes);
    const key = `${answer.status} ${answer.headers.get("x-gigtrail-reason") ?? ""}`.trim();
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
    this.ledger.note(request, answer);
    const end = this.target.ended();
    return end === undefined ? complaintAbout(request, received) : `the process ended: ${end}`;
  }
}
