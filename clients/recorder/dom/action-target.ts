/** What a person can act on. */
const INTERACTIVE = [
  "a[href]",
  "button",
  "input",
  "select",
  "textarea",
  "label",
  "summary",
  "option",
  "[contenteditable]:not([contenteditable='false'])",
  ...["button", "link", "tab", "option", "menuitem", "checkbox", "radio", "switch", "combobox", "textbox"].map(
    (role) => `[role="${role}"]`,
  ),
  "[data-ev-label][tabindex]",
].join(",");

/** Boxes and lists: what is done to them is told as a choice, not as a click. */
const CHOICE = "input[type=checkbox],input[type=radio],select,option";

/** Element that an event happened to, inside open shadow roots too; null where it was the document. */
export function elementOf(event: Event): Element | null {
  const [target] = event.composedPath();
  if (target instanceof Element) return target;
  return target instanceof Node ? target.parentElement : null;
}

/** The control around an element, or the element itself where it is inside none. */
export function controlOf(element: Element): Element {
  return element.closest(INTERACTIVE) ?? element;
}

/** Whether a click on a control makes a choice, which the control's `change` event tells. */
export function isChoice(control: Element): boolean {
  const target = control instanceof HTMLLabelElement ? control.control : control;
  return target?.matches(CHOICE) ?? false;
}
