/** ARIA roles implied by an input's type; others are text boxes. */
const INPUT_ROLES: Record<string, string> = {
  button: "button",
  submit: "button",
  reset: "button",
  image: "button",
  checkbox: "checkbox",
  radio: "radio",
  range: "slider",
  number: "spinbutton",
  search: "searchbox",
  file: "button",
};

/** ARIA roles implied by a tag. */
const TAG_ROLES: Record<string, string> = {
  button: "button",
  summary: "button",
  textarea: "textbox",
  option: "option",
  form: "form",
  img: "img",
  h1: "heading",
  h2: "heading",
  h3: "heading",
  h4: "heading",
  h5: "heading",
  h6: "heading",
};

/**
 * ARIA role of an element, said or implied by its tag, for example `button`, `link`, `textbox`; empty where it has
 * none. https://www.w3.org/TR/html-aria/#docconformance
 */
export function roleOf(element: Element): string {
  const said = element.getAttribute("role")?.trim().split(/\s+/)[0];
  if (said) return said.slice(0, 40);
  const tag = element.tagName.toLowerCase();
  if (tag === "a" || tag === "area") return element.hasAttribute("href") ? "link" : "";
  if (element instanceof HTMLInputElement) return INPUT_ROLES[element.type] ?? "textbox";
  if (element instanceof HTMLSelectElement) return element.multiple || element.size > 1 ? "listbox" : "combobox";
  if (element instanceof HTMLElement && element.isContentEditable) return "textbox";
  return TAG_ROLES[tag] ?? "";
}
