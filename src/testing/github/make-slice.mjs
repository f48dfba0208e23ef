/**
 * Makes `fixtures/github/openapi.json`: of GitHub's own OpenAPI description the operations that the
 * action uses, as JSON Schema.
 *
 *   npm install --no-save @octokit/openapi@23.0.2    # in a folder of its own: it is large
 *   node src/testing/github/make-slice.mjs FOLDER/node_modules/@octokit/openapi
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OPERATIONS = [
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}/files"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}/comments"],
  ["post", "/repos/{owner}/{repo}/pulls/{pull_number}/comments"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews"],
  ["post", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews"],
  ["patch", "/repos/{owner}/{repo}/pulls/comments/{comment_id}"],
  ["get", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
  ["post", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
  ["patch", "/repos/{owner}/{repo}/issues/comments/{comment_id}"],
  ["get", "/repos/{owner}/{repo}/compare/{basehead}"],
  ["get", "/repos/{owner}/{repo}/git/trees/{tree_sha}"],
  ["get", "/repos/{owner}/{repo}/git/blobs/{file_sha}"],
];

/** What only people read. */
const DROPPED = new Set([
  "description",
  "example",
  "examples",
  "title",
  "externalDocs",
  "deprecated",
  "readOnly",
  "format",
]);

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder of @octokit/openapi.");
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const source = JSON.parse(readFileSync(join(folder, "generated/api.github.com.json"), "utf8"));
const schemas = {};

function resolved(node) {
  if (node?.$ref === undefined) return node;
  return node.$ref
    .replace(/^#\//, "")
    .split("/")
    .reduce((at, key) => at[key], source);
}

/** OpenAPI 3.0 in the words of JSON Schema; the components it refers to are taken along. */
function schemaOf(node) {
  if (Array.isArray(node)) return node.map(schemaOf);
  if (node === null || typeof node !== "object") return node;
  if (typeof node.$ref === "string") {
    const name = node.$ref.replace("#/components/schemas/", "");
    if (!(name in schemas)) {
      schemas[name] = null;
      schemas[name] = schemaOf(source.components.schemas[name]);
    }
    return { $ref: `#/schemas/${name}` };
  }
  const kept = Object.entries(node).filter(
    // `properties` may well have a member of such a name.
    ([key, value]) =>
      key !== "nullable" && !(DROPPED.has(key) && (typeof value !== "object" || key.startsWith("example"))),
  );
  const schema = Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      key === "properties"
        ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, schemaOf(one)]))
        : key === "enum" || key === "required" || key === "default"
          ? value
          : schemaOf(value),
    ]),
  );
  return node.nullable === true ? { anyOf: [schema, { type: "null" }] } : schema;
}

function operationOf([method, path]) {
  const operation = source.paths[path]?.[method];
  if (operation === undefined) throw new Error(`GitHub's description has no ${method} ${path}.`);
  const parameters = (operation.parameters ?? []).map(resolved);
  const json = (content) => content?.["application/json"]?.schema;
  const body = json(operation.requestBody?.content);
  const responses = Object.entries(operation.responses).map(([status, response]) => {
    const schema = json(resolved(response).content);
    return [status, schema === undefined ? null : schemaOf(schema)];
  });
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    parameters: parameters.map(({ name, in: place, required = false, schema }) => ({
      name,
      in: place,
      required,
      schema: schemaOf(schema),
    })),
    body: body === undefined ? null : schemaOf(body),
    responses: Object.fromEntries(responses),
  };
}

const operations = OPERATIONS.map(operationOf);
const slice = { from: `@octokit/openapi ${version}, api.github.com`, operations, schemas };
writeFileSync(
  fileURLToPath(new URL("../../../fixtures/github/openapi.json", import.meta.url)),
  `${JSON.stringify(slice)}\n`,
);
