import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";
import { TOKEN } from "../../payload/json/tape.ts";
import type { ScrubScope } from "../scrub-scope.ts";
import { isEditable, makesEditable } from "./editable.ts";
import { markContents, tagNames } from "./element.ts";
import { markValue } from "./named-secrets.ts";

const LETTER_N = 0x6e;
const FIRST_LETTER = 0x41;
const LETTER = /\p{L}/u;

/** Codes of the attributes that can say what a field holds. */
const ENTERED = (1 << KEY.VALUE) | (1 << KEY.FIELD_VALUE) | (1 << KEY.CHECKED) | (1 << KEY.SELECTED);
const EDITABLE = 1 << KEY.EDITABLE;

/**
 * Who types into an editable text changes one node at a time; a page that counts the letters beside it changes a second
 * one with it.
 */
const MAX_TYPED_TEXTS = 2;

/** What a mutation lists, as tokens. */
interface Mutation {
  /** Each with a node's `id` and its changed `attributes`. */
  readonly changes: number[];
  /** Each with a `parentId` and the added `node`. */
  readonly adds: number[];
  /** Each with a node's `id` and its text as `value`. */
  readonly texts: number[];
  /** How many nodes were removed. */
  removed: number;
}

/**
 * Marks in a mutation whatever can be what the user entered. It names its nodes by number only, so of any node: changes
 * of `value` in any of its names, `checked` and `selected`. Of nodes that the same event shows to be textareas or
 * editable: all text below them. And a changed text that comes alone, as typing does: what it is part of was said in
 * an event before, maybe in another chunk. Numbers alone are left, for pages count.
 */
export function markMutation(json: JsonText, data: number): void {
  const mutation = readMutation(json, data);
  for (const change of mutation.changes) markChange(json, change);
  const typed = typedNodes(json, mutation);
  if (typed !== undefined) markTyped(json, mutation, typed);
  const isAlone = mutation.texts.length <= MAX_TYPED_TEXTS && mutation.adds.length + mutation.removed === 0;
  if (!isAlone) return;
  for (const text of mutation.texts) {
    for (const value of json.members(text, KEY.VALUE)) {
      if (hasLetter(json, value)) markValue(json, value);
    }
  }
}

function hasLetter(json: JsonText, value: number): boolean {
  const { tape, bytes } = json;
  // Without a letter in its bytes, the escapes' among them, a string has none.
  for (let at = tape.start(value); at < tape.end(value); at++) {
    if (bytes[at]! >= FIRST_LETTER) return LETTER.test(json.string(value) ?? "");
  }
  return false;
}

/** Marks, where typed text stays readable, the changes of fields that the chunk showed to be for secrets. */
export function markSecretChanges(json: JsonText, data: number, { secretFields }: ScrubScope): void {
  if (secretFields === undefined || secretFields.size === 0) return;
  for (const change of readMutation(json, data).changes) {
    if (isOneOf(json, change, KEY.ID, secretFields)) markChange(json, change);
  }
}

// Of several equal keys each counts.
function readMutation(json: JsonText, data: number): Mutation {
  const { tape } = json;
  const mutation: Mutation = { changes: [], adds: [], texts: [], removed: 0 };
  if (tape.kind(data) !== TOKEN.OBJECT) return mutation;
  for (let key = data + 1; key < tape.end(data); key = tape.after(key + 1)) {
    const list = key + 1;
    const code = tape.end(key);
    if (code === KEY.ATTRIBUTES) addItems(json, list, mutation.changes);
    else if (code === KEY.ADDS) addItems(json, list, mutation.adds);
    else if (code === KEY.TEXTS) addItems(json, list, mutation.texts);
    else if (code === KEY.REMOVES) mutation.removed += json.items(list).length;
  }
  return mutation;
}

function addItems(json: JsonText, list: number, items: number[]): void {
  const { tape } = json;
  if (tape.kind(list) !== TOKEN.ARRAY) return;
  for (let item = list + 1; item < tape.end(list); item = tape.after(item)) items.push(item);
}

function markChange(json: JsonText, change: number): void {
  for (const attributes of json.members(change, KEY.ATTRIBUTES)) {
    if ((json.codes(attributes) & ENTERED) === 0) continue;
    for (const value of json.members(attributes, KEY.VALUE)) markValue(json, value);
    for (const value of json.members(attributes, KEY.FIELD_VALUE)) markValue(json, value);
    for (const code of [KEY.CHECKED, KEY.SELECTED]) {
      for (const value of json.members(attributes, code)) if (!isNull(json, value)) json.tape.mark(value);
    }
  }
}

function markTyped(json: JsonText, { adds, texts }: Mutation, typed: ReadonlySet<number>): void {
  for (const add of adds) {
    if (!isOneOf(json, add, KEY.PARENT_ID, typed)) continue;
    for (const node of json.members(add, KEY.NODE)) markContents(json, node);
  }
  for (const text of texts) {
    if (!isOneOf(json, text, KEY.ID, typed)) continue;
    for (const value of json.members(text, KEY.VALUE)) markValue(json, value);
  }
}

/**
 * Numbers of the nodes that this event shows to be textareas or editable, and of all that it adds below them; undefined
 * where there is none.
 */
function typedNodes(json: JsonText, { changes, adds }: Mutation): ReadonlySet<number> | undefined {
  const roots: number[] = [];
  for (const change of changes) {
    for (const attributes of json.members(change, KEY.ATTRIBUTES)) {
      if ((json.codes(attributes) & EDITABLE) !== 0 && makesEditable(json, attributes)) roots.push(change);
    }
  }
  for (const add of adds) {
    for (const node of json.members(add, KEY.NODE)) {
      if (tagNames(json, node).includes("textarea") || isEditable(json, node)) roots.push(node);
    }
  }
  if (roots.length === 0) return undefined;
  const found = new Set(roots.flatMap((root) => numbers(json, root, KEY.ID)));
  addDescendants(json, adds, found);
  return found;
}

// Added nodes are listed flat, each with its parent's number, in no certain order.
function addDescendants(json: JsonText, adds: readonly number[], found: Set<number>): void {
  const children = new Map<number, number[]>();
  for (const add of adds) {
    const nodes = json.members(add, KEY.NODE).flatMap((node) => numbers(json, node, KEY.ID));
    for (const parent of numbers(json, add, KEY.PARENT_ID)) {
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [...nodes]);
      else siblings.push(...nodes);
    }
  }
  // A set that grows while it is walked gives what is added, too, each once.
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child);
}

function isOneOf(json: JsonText, object: number, code: IdCode, ids: ReadonlySet<number>): boolean {
  return numbers(json, object, code).some((id) => ids.has(id));
}

type IdCode = typeof KEY.ID | typeof KEY.PARENT_ID;

function numbers(json: JsonText, object: number, code: IdCode): number[] {
  return json.members(object, code).flatMap((value) => json.number(value) ?? []);
}

// An attribute that was taken away has no value.
function isNull(json: JsonText, value: number): boolean {
  return json.tape.kind(value) === TOKEN.LITERAL && json.bytes[json.tape.start(value)] === LETTER_N;
}
