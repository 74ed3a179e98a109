// Times stay readable inside masked messages: when something was said is kept, what was said is not.
const CLOCK_OR_DAY =
  /^\s*(?:\d{1,2}:\d{2}(?:\s?[AP]M)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|(?:\w{3,9},?\s)?\w{3,9}\s\d{1,2}(?:,\s\d{4})?)\s*$/i;

// Who spoke is kept as far as it is the user: the direction of a message is no secret, a name is.
const OWN_NAME = /^\s*you:?\s*$/i;

/** Element whose text is a point in time and nothing else. */
const TIME_SELECTOR = 'time,[data-test~="story-time"],[data-test~="story-date"]';

/** Stands for a password of any length. */
const PASSWORD_MASK = "********";

/** Replaces every visible character by an asterisk, so that length and layout stay; a clock time or day and "You" are left. */
export function maskText(text: string, element: HTMLElement | null): string {
  if (element?.closest(TIME_SELECTOR) && CLOCK_OR_DAY.test(text)) return text;
  if (OWN_NAME.test(text)) return text;
  return text.replace(/\S/g, "*");
}

/** Replaces what a field holds by as many asterisks, a password's by eight whatever its length. */
export function maskInput(text: string, element: HTMLElement): string {
  if (text === "") return "";
  return element.getAttribute("type")?.toLowerCase() === "password" ? PASSWORD_MASK : "*".repeat(text.length);
}
