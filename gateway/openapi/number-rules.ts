import type { Schema } from "./model.ts";

/** What protovalidate's messages for the many kinds of numbers have in common. */
interface NumberRules<T extends number | bigint> {
  lessThan: { case: "lt" | "lte"; value: T } | { case: undefined; value?: undefined };
  greaterThan: { case: "gt" | "gte"; value: T } | { case: undefined; value?: undefined };
  in: T[];
}

/** A rule for any kind of number. */
type AnyNumberRules = NumberRules<number> | NumberRules<bigint>;

/**
 * Bounds of a number as keywords. 64-bit numbers travel as strings, for which JSON Schema has no bounds: a sign that
 * can never be is left out of the pattern, and the bounds go into the description.
 */
export function numberRules(rules: AnyNumberRules): Schema {
  const { lessThan, greaterThan } = rules;
  const least = greaterThan.value;
  const most = lessThan.value;
  if (typeof least === "bigint" || typeof most === "bigint") {
    const unsigned = typeof least === "bigint" && least >= 0n;
    return {
      ...(unsigned ? { pattern: "^[0-9]{1,19}$" } : {}),
      description: boundsSentence(rules),
    };
  }
  return {
    ...(least === undefined ? {} : { [greaterThan.case === "gt" ? "exclusiveMinimum" : "minimum"]: least }),
    ...(most === undefined ? {} : { [lessThan.case === "lt" ? "exclusiveMaximum" : "maximum"]: most }),
    ...(rules.in.length > 0 ? { enum: rules.in.map(Number) } : {}),
  };
}

function boundsSentence({ lessThan, greaterThan }: AnyNumberRules): string {
  const least =
    greaterThan.case === undefined ? [] : [`${greaterThan.case === "gt" ? "above" : "at least"} ${greaterThan.value}`];
  const most = lessThan.case === undefined ? [] : [`${lessThan.case === "lt" ? "below" : "at most"} ${lessThan.value}`];
  const text = [...least, ...most].join(", ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
