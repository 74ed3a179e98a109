import { roleOf } from "./role-of.ts";

/** Longest label, in UTF-16 units: the contract's limit. */
export const MAX_LABEL_LENGTH = 120;

/** Roles whose own text is their name; the text of any other element may be what a person wrote. */
const NAMED_BY_TEXT = new Set([
  "button",
  "link",
  "option",
  "tab",
  "menuitem",
  "menuitemcheckbox",
  "menuitemradio",
  "checkbox",
  "radio",
  "switch",
  "heading",
]);

/** Text inside these is typed, chosen or no text at all. */
const NOT_A_NAME = "textarea,select,script,style,[contenteditable]:not([contenteditable='false']),[role='textbox']";

/**
 * Accessible name of an element, at most 120 characters: `aria-label`, `aria-labelledby`, its `<label>`, its own text
 * where its role is named so, `alt`, `title`, `placeholder`. Never what a person typed, never private text.
 * A short form of https://www.w3.org/TR/accname-1.2/
 */
export function labelOf(element: Element, isPrivate: (element: Element) => boolean): string {
  if (isPrivate(element)) return "";
  const textOf = (part: Element) => publicText(part, isPrivate);
  const found =
    tidy(element.getAttribute("aria-label")) ||
    tidy(referenced(element).map(textOf).join(" ")) ||
    tidy(labels(element).map(textOf).join(" ")) ||
    buttonValue(element) ||
    (NAMED_BY_TEXT.has(roleOf(element)) ? tidy(textOf(element)) : "") ||
    tidy(element.getAttribute("alt")) ||
    tidy(element.getAttribute("title")) ||
    tidy(element.getAttribute("placeholder"));
  return found.slice(0, MAX_LABEL_LENGTH);
}

function tidy(text: string | null | undefined): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}

function referenced(element: Element): Element[] {
  const ids = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter((id) => id !== "");
  return ids.map((id) => element.ownerDocument.getElementById(id)).filter((part) => part !== null);
}

function labels(element: Element): Element[] {
  const labelled =
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement;
  return labelled ? [...(element.labels ?? [])] : [];
}

function buttonValue(element: Element): string {
  const isButton = element instanceof HTMLInputElement && ["button", "submit", "reset"].includes(element.type);
  return isButton ? tidy(element.value) : "";
}

function publicText(element: Element, isPrivate: (element: Element) => boolean): string {
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let text = "";
  // Room for the white space that `tidy` takes away.
  while (text.length < 4 * MAX_LABEL_LENGTH && walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent === null || parent.closest(NOT_A_NAME) || isPrivate(parent)) continue;
    text += ` ${walker.currentNode.nodeValue ?? ""}`;
  }
  return text;
}
