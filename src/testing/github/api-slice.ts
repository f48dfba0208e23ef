/**
 * GitHub's API as its own description has it: which requests there are, and what
 * they and their answers may hold.
 *
 * Bodies are closed: a key that the description does not know is refused, where GitHub
 * would take no notice of it, and nobody would.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { readFixture } from "../fixture-files.ts";

interface Described {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: { readonly type?: string };
  }[];
  readonly body: object | null;
  readonly responses: Readonly<Record<string, object | null>>;
}

interface Slice {
  readonly operations: readonly Described[];
  readonly schemas: object;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** What is wrong with a request; null when nothing is. */
  readonly complaint: (parameters: Readonly<Record<string, string>>, body: unknown) => string | null;
  /** What is wrong with an answer of that status; null when nothing is, or nothing is described. */
  readonly answerComplaint: (status: number, body: unknown) => string | null;
}

const slice = JSON.parse(readFixture("github/openapi.json")) as Slice;
const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
ajv.addSchema({ $id: "api", schemas: slice.schemas });

export const OPERATIONS: readonly Operation[] = slice.operations.map((described) => {
  const names = [...described.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const pattern = new RegExp(`^${described.path.replace(/\{\w+\}/g, "([^/]+)")}$`);
  const body = described.body === null ? null : compile(closed(described.body));
  const answers = new Map<string, ValidateFunction>();
  return {
    id: described.id,
    method: described.method,
    pattern,
    names,
    complaint: (parameters, given) => parameterComplaint(described, parameters) ?? bodyComplaint(body, given),
    answerComplaint: (status, given) => {
      const schema = described.responses[status];
      if (schema === undefined) return `${described.id} never answers with ${status}`;
      if (schema === null) return null;
      const validate = answers.get(String(status)) ?? compile(schema);
      answers.set(String(status), validate);
      return validate(given) ? null : ajv.errorsText(validate.errors);
    },
  };
});

function compile(schema: object): ValidateFunction {
  return ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/schemas/', '"$ref":"api#/schemas/')),
  );
}

function closed(schema: unknown): object {
  return JSON.parse(
    JSON.stringify(schema, (_key, value) =>
      value !== null && typeof value === "object" && value.type === "object" && "properties" in value
        ? { ...value, additionalProperties: false }
        : value,
    ),
  );
}

function parameterComplaint(
  { parameters, id }: Described,
  given: Readonly<Record<string, string>>,
): string | null {
  for (const [name, value] of Object.entries(given)) {
    const known = parameters.find((each) => each.name === name && each.in !== "header");
    if (known === undefined) return `${id} has no parameter ${name}`;
    if (known.schema.type === "integer" && !/^\d+$/.test(value)) return `${id}: ${name} is no number`;
  }
  const lacking = parameters.find(({ name, required }) => required && !(name in given));
  return lacking === undefined ? null : `${id} needs ${lacking.name}`;
}

function bodyComplaint(validate: ValidateFunction | null, body: unknown): string | null {
  if (validate === null) return body === undefined ? null : "this request has no body";
  return validate(body) ? null : ajv.errorsText(validate.errors);
}
