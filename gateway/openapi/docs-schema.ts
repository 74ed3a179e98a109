import { REASON_SCHEMA } from "./errors.ts";
import { type Markup, markup, type Part } from "./markup.ts";
import type { OpenApiDocument, Parameter, Schema } from "./model.ts";
import { inline } from "./prose.ts";

const REF_PREFIX = "#/components/schemas/";

/** The schemas of a document as they stand on the page: which there are, and which have a place of their own. */
export class DocsSchemas {
  readonly #schemas: Record<string, Schema>;
  /** Names of the schemas that fields refer to, so that the page has a section for each. */
  readonly linked: string[];

  constructor({ components }: OpenApiDocument) {
    this.#schemas = components.schemas;
    const names = new Set(Object.values(components.schemas).flatMap((schema) => refsIn(schema)));
    names.delete(REASON_SCHEMA);
    this.linked = [...names].filter((name) => name in components.schemas).toSorted(byShortName);
  }

  /** The schema itself: that of the name, or that which a reference leads to. */
  resolve(schema: Schema): Schema {
    const name = refName(schema);
    return name === undefined ? schema : (this.#schemas[name] ?? {});
  }

  /** The fields of an object, each with its type, rules and description. */
  fields(schema: Schema): Markup {
    const { properties = {}, required = [] } = this.resolve(schema);
    const rows = Object.entries(properties);
    if (rows.length === 0) return markup`<p class="none">No fields.</p>`;
    return markup`<dl class="fields">${rows.map(([name, field]) =>
      row(name, [this.typeOf(field), required.includes(name) ? REQUIRED : undefined], field.description ?? ""),
    )}</dl>\n`;
  }

  /** The parameters of a call, each with where it stands. */
  parameters(parameters: Parameter[]): Markup {
    return markup`<dl class="fields">${parameters.map(({ name, in: place, required, schema, description }) =>
      row(name, [`${place}, `, this.typeOf(schema ?? {}), required ? REQUIRED : undefined], description),
    )}</dl>\n`;
  }

  /** One section for a message or an enum that fields refer to. */
  section(name: string): Markup {
    const schema = this.resolve({ $ref: `${REF_PREFIX}${name}` });
    const values = Object.entries(schema["x-enumDescriptions"] ?? {});
    return markup`<article id="type-${name}"><h3>${shortName(name)} <small>${name}</small></h3>
<p>${inline(schema.description ?? "")}</p>
${values.length > 0 ? markup`<dl class="fields">${values.map(([value, text]) => row(value, [], text))}</dl>` : this.fields(schema)}
</article>\n`;
  }

  /** A value's type in a few words, linked where it has a section. */
  typeOf(schema: Schema): Markup {
    const name = refName(schema);
    if (name !== undefined) return markup`${this.#link(name)}${exclusions(schema)}`;
    if (schema.type === "array") return markup`list of ${this.typeOf(schema.items ?? {})}${limits(schema)}`;
    if (schema.title !== undefined) return markup`${schema.title.toLowerCase()}`;
    const type = [schema.type ?? "any value"].flat().join(" or ");
    const form = schema.format ?? (schema.contentEncoding === undefined ? undefined : schema.contentEncoding);
    return markup`${type}${form === undefined ? "" : ` (${form})`}${limits(schema)}`;
  }

  #link(name: string): Markup {
    if (name === REASON_SCHEMA) return markup`<a href="#reasons">Reason</a>`;
    if (!this.linked.includes(name)) return markup`${shortName(name)}`;
    return markup`<a href="#type-${name}">${shortName(name)}</a>`;
  }
}

/** A type's name without its package; a nested type keeps its parent's. */
export function shortName(name: string): string {
  return /[A-Z].*$/.exec(name)?.[0] ?? name;
}

const REQUIRED = markup`, <strong>required</strong>`;

function row(name: string, type: Part[], description: string): Markup {
  const hint = type.length > 0 ? markup` <span class="type">${type}</span>` : undefined;
  return markup`<div><dt><code>${name}</code>${hint}</dt><dd>${inline(description)}</dd></div>`;
}

/** The rules that a schema states in numbers, as words. */
function limits(schema: Schema): string {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, enum: values } = schema;
  const parts = [
    schema.contentEncoding === undefined ? range(minLength, maxLength, " characters") : "",
    range(minimum, maximum, ""),
    range(minItems, maxItems, " items"),
    values === undefined ? "" : values.join(" | "),
  ];
  return parts
    .filter((part) => part !== "")
    .map((part) => `, ${part}`)
    .join("");
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (least === undefined && most === undefined) return "";
  if (least === most) return `${count(least)}${unit}`;
  if (least === undefined) return `at most ${count(most)}${unit}`;
  return most === undefined ? `at least ${count(least)}${unit}` : `${count(least)} to ${count(most)}${unit}`;
}

function count(value: number | undefined): string {
  return (value ?? 0).toLocaleString("en");
}

function exclusions({ not, enum: only }: Schema): string {
  if (only !== undefined) return `, only ${only.join(" | ")}`;
  return not?.enum === undefined ? "" : `, not ${not.enum.join(" | ")}`;
}

function refName({ $ref }: Schema): string | undefined {
  return $ref?.startsWith(REF_PREFIX) ? $ref.slice(REF_PREFIX.length) : undefined;
}

function refsIn(schema: Schema): string[] {
  const own = refName(schema);
  const { items, additionalProperties: extra } = schema;
  const inner = [
    ...Object.values(schema.properties ?? {}),
    ...(items === undefined ? [] : [items]),
    ...(typeof extra === "object" ? [extra] : []),
  ];
  return [...(own === undefined ? [] : [own]), ...inner.flatMap((each) => refsIn(each))];
}

function byShortName(a: string, b: string): number {
  const [x, y] = [`${shortName(a)} ${a}`, `${shortName(b)} ${b}`];
  return x < y ? -1 : x > y ? 1 : 0;
}
