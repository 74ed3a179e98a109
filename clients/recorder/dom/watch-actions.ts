import type { Done } from "./action-sender.ts";
import { controlOf, elementOf, isChoice } from "./action-target.ts";
import { isField, isMeasured, selectedText, valueOf } from "./field-value.ts";
import { keyName } from "./key-name.ts";
import { SettlingInput } from "./settling-input.ts";

/**
 * Tells what the user does: clicks, fields filled, choices, copy, cut, paste, forms sent, keys with a meaning. Only
 * what the browser says a person did (`isTrusted`), never what a script of the page set off.
 */
export function watchActions(tell: (done: Done) => void, onError: (error: unknown) => void): () => void {
  const stopped = new AbortController();
  const typing = new SettlingInput((field) => tell({ kind: "KIND_INPUT", element: field, value: valueOf(field) }));
  const now = (done: Done) => {
    typing.flush();
    tell(done);
  };
  const on = <K extends keyof DocumentEventMap>(
    type: K,
    handle: (event: DocumentEventMap[K], element: Element) => void,
  ) => {
    const listener = (event: DocumentEventMap[K]) => {
      try {
        const element = event.isTrusted ? elementOf(event) : null;
        if (element) handle(event, element);
      } catch (error) {
        onError(error);
      }
    };
    document.addEventListener(type, listener, { capture: true, passive: true, signal: stopped.signal });
  };
  on("click", (_event, element) => onClick(element, now));
  on("input", (_event, element) => {
    const field = controlOf(element);
    if (isField(field) && !isChoice(field)) typing.typed(field);
  });
  on("change", (_event, element) => {
    if (isChoice(element)) now({ kind: "KIND_SELECT", element, value: valueOf(element) });
    else typing.flush();
  });
  on("focusout", () => typing.flush());
  for (const type of ["copy", "cut"] as const) {
    on(type, (_event, element) => now({ kind: "KIND_COPY", element, value: selectedText(element) }));
  }
  on("paste", (event, element) => now({ kind: "KIND_PASTE", element, value: pasted(event, element) }));
  on("submit", (_event, element) => now({ kind: "KIND_SUBMIT", element }));
  on("keydown", (event, element) => {
    const key = keyName(event);
    if (key !== undefined) now({ kind: "KIND_KEY", element, key });
  });
  addEventListener("pagehide", () => typing.flush(), { capture: true, signal: stopped.signal });
  return () => {
    typing.flush();
    stopped.abort();
  };
}

function onClick(element: Element, now: (done: Done) => void): void {
  const control = controlOf(element);
  if (!isChoice(control)) now({ kind: "KIND_CLICK", element });
}

function pasted(event: ClipboardEvent, element: Element): string {
  return isMeasured(element) ? (event.clipboardData?.getData("text/plain") ?? "") : "";
}
