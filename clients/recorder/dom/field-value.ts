/** A field that a person fills: an input, a text area, a list, or an element with editable content. */
export function isField(element: Element): element is HTMLElement {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLElement && element.isContentEditable)
  );
}

/** Whether a value may be measured: nothing of passwords and files, not even their length, leaves the page. */
export function isMeasured(element: Element): boolean {
  return !(element instanceof HTMLInputElement) || !["password", "file", "hidden"].includes(element.type);
}

/** What a field holds now, for measuring only; empty for passwords and files. */
export function valueOf(element: Element): string {
  if (!isMeasured(element)) return "";
  if (element instanceof HTMLInputElement) {
    const isBox = element.type === "checkbox" || element.type === "radio";
    return isBox && !element.checked ? "" : element.value;
  }
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return element.value;
  return element.textContent;
}

/** The marked text of a field or of the page, for measuring only. */
export function selectedText(element: Element | null): string {
  if (element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && isMeasured(element))) {
    return element.value.slice(element.selectionStart ?? 0, element.selectionEnd ?? 0);
  }
  return element instanceof HTMLInputElement ? "" : (getSelection()?.toString() ?? "");
}
