/**
 * YAML text of a rule pack to a value that its schema accepts, with the line of
 * every part, so that each complaint names a line.
 *
 * `yaml` and `ajv` are loaded when the first pack is read: packs that ship are
 * compiled at build time and need neither.
 */
import type { ErrorObject, ValidateFunction } from "ajv";
import type { Document, LineCounter } from "yaml";
import { InputError, suggestWord } from "../base/index.ts";

/** One file of a pack; `path` is what complaints print. */
export interface PackFile {
  readonly path: string;
  readonly text: string;
}

export type PackSchema = "platform" | "driver" | "rule";

/** Keys and indexes from the document's top. */
export type PackPath = readonly (string | number)[];

/** A checked document. `T` is what the schema promises. */
export interface PackDocument<T> {
  readonly file: string;
  readonly value: T;
  /** The 1-based line at which a part starts. */
  lineOf(path: PackPath): number;
}

/** @throws {InputError} `file:line: …` for text that is no YAML or that the schema refuses. */
export async function readPackDocument<T>(file: PackFile, schema: PackSchema): Promise<PackDocument<T>> {
  const { LineCounter, parseDocument } = await import("./pack-tools.ts");
  const lines = new LineCounter();
  const document = parsed(file, () => parseDocument(file.text, { lineCounter: lines, prettyErrors: false }));
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    const { line } = lines.linePos(syntaxError.pos[0]);
    throw new InputError(`${file.path}:${line}: this is not YAML: ${syntaxError.message}`, {
      hint: "Mend the indentation, brackets or quotes there.",
      cause: syntaxError,
    });
  }
  const value = plainValue(file.path, document);
  const validate = await validatorFor(schema);
  if (!validate(value)) throw refusal(file.path, document, lines, validate.errors ?? []);
  return { file: file.path, value: value as T, lineOf: (path) => lineOf(document, lines, path) };
}

/** The reader follows nested parts by calling itself, until the stack ends. */
function parsed<D>({ path }: PackFile, parse: () => D): D {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`${path}: its parts are nested too deeply`, {
      hint: "Begin each part on a line of its own.",
      cause: error,
    });
  }
}

/** Aliases are followed up to the reader's own limit, so that a small file cannot grow without bound. */
function plainValue(file: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new InputError(`${file}: its aliases cannot be followed`, {
      hint: "Write the parts out.",
      cause: error,
    });
  }
}

/** A complaint about one part of a document. */
export function complaint(
  document: PackDocument<unknown>,
  path: PackPath,
  says: string,
  hint: string,
): InputError {
  return new InputError(`${document.file}:${document.lineOf(path)}: ${says}`, { hint });
}

const validators = new Map<PackSchema, Promise<ValidateFunction>>();

function validatorFor(schema: PackSchema): Promise<ValidateFunction> {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const compiled = compileSchema(schema);
  validators.set(schema, compiled);
  return compiled;
}

async function compileSchema(schema: PackSchema): Promise<ValidateFunction> {
  const { Ajv2020, driverSchema, platformSchema, ruleSchema } = await import("./pack-tools.ts");
  const schemas = { driver: driverSchema, platform: platformSchema, rule: ruleSchema };
  return new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true }).compile(schemas[schema]);
}

/** A misspelt key also leaves the right one missing: the misspelling is what the user must see. */
const TELLING: readonly string[] = [
  "additionalProperties",
  "enum",
  "anyOf",
  "type",
  "pattern",
  "propertyNames",
];

function refusal(
  file: string,
  document: Document,
  lines: LineCounter,
  errors: readonly ErrorObject[],
): InputError {
  const rank = (error: ErrorObject): number => {
    const place = TELLING.indexOf(error.keyword);
    return place === -1 ? TELLING.length : place;
  };
  const [error] = [...errors].sort((left, right) => rank(left) - rank(right));
  if (error === undefined) return new InputError(`${file}: the schema refuses it`);
  const path = pathOf(error.instancePath, document);
  const { at, says, hint } = explain(error, path);
  return new InputError(`${file}:${lineOf(document, lines, at)}: ${says}`, { hint });
}

interface Explanation {
  readonly at: PackPath;
  readonly says: string;
  readonly hint: string;
}

function explain(error: ErrorObject, path: PackPath): Explanation {
  const name = String(path.at(-1) ?? "the file");
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(params["additionalProperty"]);
      const known = Object.keys(
        (error.parentSchema as { properties?: object } | undefined)?.properties ?? {},
      );
      return { at: [...path, key], says: `unknown key "${key}"`, hint: suggestWord(key, known) };
    }
    case "required": {
      const key = String(params["missingProperty"]);
      return { at: path, says: `the key "${key}" is missing`, hint: `Add "${key}".` };
    }
    case "enum": {
      const allowed = (params["allowedValues"] as readonly unknown[]).map(String);
      const says = `"${String(error.data)}" is no value for "${name}"`;
      return { at: path, says, hint: suggestWord(String(error.data), allowed) };
    }
    default:
      return {
        at: path,
        says: `"${name}" ${error.keyword === "anyOf" ? "may not be that" : (error.message ?? "may not be that")}`,
        hint: descriptionOf(error) ?? "The schema in rules/schema/ says what may stand there.",
      };
  }
}

/** The schema's own words on the part that it refuses. */
function descriptionOf(error: ErrorObject): string | null {
  const schema = error.parentSchema as { readonly description?: unknown } | undefined;
  return typeof schema?.description === "string" ? schema.description : null;
}

/** ajv's pointer, with list indexes as numbers. */
function pathOf(pointer: string, document: Document): PackPath {
  const path: (string | number)[] = [];
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const isIndex = /^\d+$/.test(key) && document.hasIn([...path, Number(key)]);
    path.push(isIndex ? Number(key) : key);
  }
  return path;
}

interface Ranged {
  readonly range?: readonly number[] | null | undefined;
}

function lineOf(document: Document, lines: LineCounter, path: PackPath): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const start = startOf(document, path.slice(0, length));
    if (start !== null) return lines.linePos(start).line;
  }
  return 1;
}

/** Where the key of a part stands, else the part itself; null when the document has no such part. */
function startOf(document: Document, path: PackPath): number | null {
  const parent = path.length === 0 ? null : document.getIn(path.slice(0, -1), true);
  const pairs = (parent as { items?: readonly { key?: Ranged & { value?: unknown } }[] } | null)?.items ?? [];
  const key = pairs.find(
    (pair) => pair.key !== undefined && pair.key !== null && pair.key.value === path.at(-1),
  );
  const keyStart = key?.key?.range?.[0];
  if (keyStart !== undefined) return keyStart;
  const node = (path.length === 0 ? document.contents : document.getIn(path, true)) as
    | Ranged
    | null
    | undefined;
  return node?.range?.[0] ?? null;
}
