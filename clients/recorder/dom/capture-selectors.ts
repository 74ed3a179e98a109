/**
 * Elements of this class are recorded as an empty box. The three class names are our own because Upwork puts rrweb's
 * default names (`rr-block`, `rr-mask`, `rr-ignore`) on its own pages, which would blank job text (REFERENCE §0.1).
 */
export const BLOCK_CLASS = "gt-block";

/** The text of elements of this class is recorded as asterisks. */
export const MASK_CLASS = "gt-mask";

/** What is typed into elements of this class is not recorded at all. */
export const IGNORE_CLASS = "gt-ignore";

/**
 * Recorded as an empty box: the account's name, organisations and avatar in the navigation (REFERENCE §f), and frames,
 * which hold challenges, payment forms and other sites.
 */
export const BLOCK_SELECTOR = [
  '[data-cy="menu-item-trigger"]',
  ".nav-user-info",
  ".nav-user-avatar",
  ".nav-item-label.rr-block",
  '[data-test="organization-selector"]',
  "iframe",
].join(",");

/** Where a person writes outside of form fields: their words are in the DOM as plain text. */
const WRITTEN_TEXT = [
  '[contenteditable=""]',
  '[contenteditable="true"]',
  '[contenteditable="plaintext-only"]',
  '[role="textbox"]',
];

/** Bodies of messages and their previews in the list of rooms (REFERENCE §b8). */
const MESSAGE_TEXT = [
  ".story-inner",
  "#story-viewport",
  '[data-test="story-message"]',
  '.rooms-panel [class*="preview"]',
  '.rooms-panel [class*="last-story"]',
];

/** Text that is recorded as asterisks; messages are among it unless the policy takes their text. */
export function maskSelector(messageText: boolean): string {
  return (messageText ? WRITTEN_TEXT : [...WRITTEN_TEXT, ...MESSAGE_TEXT]).join(",");
}

/** Links whose words are the names of people. */
const PERSON_LINKS = ['a[href*="/rooms/room_"]', 'a[href*="/freelancers/~"]', 'a[href*="/fl/"]'];

const OWN_CLASSES = [BLOCK_CLASS, MASK_CLASS, IGNORE_CLASS].map((name) => `.${name}`);

/** Whether an element's words must not become the label of an action: blocked, masked, of a message, or a name. */
export function isPrivate(element: Element, messageText: boolean): boolean {
  const selectors = [...OWN_CLASSES, BLOCK_SELECTOR, ...PERSON_LINKS, ...(messageText ? [] : MESSAGE_TEXT)];
  return element.closest(selectors.join(",")) !== null;
}
