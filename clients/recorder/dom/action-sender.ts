import { controlOf } from "./action-target.ts";
import { labelOf } from "./label-of.ts";
import type { ActionEvent, ActionKind } from "./recorder-event.ts";
import { roleOf } from "./role-of.ts";
import type { ValueHmac } from "./value-hmac.ts";

/** What an action sender stands on. */
export interface ActionSenderOptions {
  /** rrweb's id of a node; below 1 where it has none. */
  nodeIdOf(node: Node): number;
  /** Whether an element's words must stay in the page. */
  isPrivate(element: Element): boolean;
  /** Takes an action. */
  send(action: ActionEvent): void;
  /** Hashes values; without it their hash stays empty. */
  hmac: ValueHmac | undefined;
  /** Told of what went wrong. */
  onError(error: unknown): void;
}

/** One thing that was done. */
export interface Done {
  /** What was done. */
  kind: ActionKind;
  /** What it was done to. */
  element: Element;
  /** The value that was typed, chosen, copied or pasted; only its length and hash go out. */
  value?: string;
  /** Name of the key. */
  key?: string;
}

/** Turns what was done into `gt.action` payloads, in the order it was done even while a hash is being made. */
export function actionSender(options: ActionSenderOptions): (done: Done) => void {
  let last: Promise<void> | undefined;
  return (done) => {
    const action = describe(done, options);
    const { value = "" } = done;
    const { hmac } = options;
    if (hmac === undefined || (value === "" && last === undefined)) {
      options.send(action);
      return;
    }
    const before = last ?? Promise.resolve();
    const mine = before
      .then(async () => options.send(value === "" ? action : { ...action, valueHmac: await hmac(value) }))
      .catch(options.onError)
      .finally(() => {
        if (last === mine) last = undefined;
      });
    last = mine;
  };
}

function describe(done: Done, options: ActionSenderOptions): ActionEvent {
  const control = controlOf(done.element);
  return {
    kind: done.kind,
    nodeId: Math.max(0, options.nodeIdOf(control)),
    role: roleOf(control),
    label: labelOf(control, options.isPrivate),
    valueLength: done.value?.length ?? 0,
    valueHmac: "",
    key: done.key ?? "",
  };
}
