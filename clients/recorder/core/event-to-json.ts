/** Writes one event as JSON. Throws a TypeError for what JSON cannot hold, such as undefined. */
export function eventToJson(event: unknown): string {
  const text: string | undefined = JSON.stringify(event);
  if (text === undefined) throw new TypeError("An event must be a value that JSON can hold.");
  return text;
}
