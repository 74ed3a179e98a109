import type { record } from "@rrweb/record";
import { BLOCK_CLASS, BLOCK_SELECTOR, IGNORE_CLASS, MASK_CLASS, maskSelector } from "./capture-selectors.ts";
import { maskInput, maskText } from "./mask-text.ts";

/** A FullSnapshot at least this often, in milliseconds: an analysis that lost its place starts again there. */
export const CHECKOUT_EVERY_MS = 5 * 60 * 1_000;

/** Time between two recorded pointer positions, in milliseconds. */
const POINTER_SAMPLE_MS = 100;

/** Time between two recorded scroll offsets, in milliseconds. */
const SCROLL_SAMPLE_MS = 150;

// By tag name and not by type: rrweb's maskAllInputs leaves out `hidden` fields, where pages keep their CSRF tokens.
const MASK_EVERY_FIELD = { input: true, textarea: true, select: true, text: true, password: true };

/** How rrweb is set up: our own class names, every field masked, no canvas (and so no blob worker), no fetched fonts. */
export function rrwebOptions(messageText: boolean) {
  return {
    blockClass: BLOCK_CLASS,
    blockSelector: BLOCK_SELECTOR,
    maskTextClass: MASK_CLASS,
    maskTextSelector: maskSelector(messageText),
    maskTextFn: maskText,
    maskInputOptions: MASK_EVERY_FIELD,
    maskInputFn: maskInput,
    ignoreClass: IGNORE_CLASS,
    slimDOMOptions: true,
    inlineStylesheet: true,
    inlineImages: false,
    collectFonts: false,
    recordCanvas: false,
    recordCrossOriginIframes: false,
    checkoutEveryNms: CHECKOUT_EVERY_MS,
    sampling: { mousemove: POINTER_SAMPLE_MS, scroll: SCROLL_SAMPLE_MS },
  } satisfies Parameters<typeof record>[0];
}
