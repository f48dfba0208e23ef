/**
 * The walls of the house: which folder of src/ may import which, and who may
 * touch the outside. Each rule has a planted breach in fixtures/architecture/
 * that carries the rule's name; src/testing/architecture.test.ts runs both.
 */
const path = require("node:path");

/** Folders of src/ from the ground up: a folder may import those before it, none after. */
const LADDER = [
  "base",
  "patch",
  "c",
  "drivers",
  "locks",
  "findings",
  "rules",
  "checks",
  "review",
  "reports",
  "adapters",
  "bench",
  "bot",
  "action",
  "editor",
  "history",
  "cli",
];

/** The folders that may touch files, processes and the network. */
const EDGES = ["adapters", "bench", "bot", "action", "editor", "history", "cli", "testing"];

const TESTS = "\\.test\\.ts$";
const BUILD = "^src/(build|bundle|build-parts|release)\\.mjs$";

const folder = (names) => `^src/(${names.join("|")})/`;
const packages = (names) => `node_modules/(${names.join("|")})/`;

const upward = LADDER.slice(0, -1).map((name, index) => ({
  name: `no-climbing-from-${name}`,
  comment: `${name}/ may import only the folders before it in the ladder of ARCHITECTURE.md`,
  severity: "error",
  from: { path: folder([name]) },
  to: { path: folder(LADDER.slice(index + 1)) },
}));

module.exports = {
  forbidden: [
    ...upward,
    {
      name: "no-cycles",
      comment: "a cycle cannot be read from the ground up",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "through-the-front-door",
      comment: "another folder is imported through its index.ts only",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      to: { path: "^src/[^/]+/", pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$", folder(["testing"])] },
    },
    {
      name: "pure-core",
      comment: "the core is repeatable: no file, process, network or clock; a hash (crypto) is a value",
      severity: "error",
      from: { path: "^src/", pathNot: [folder(EDGES), TESTS, BUILD] },
      to: { dependencyTypes: ["core"], pathNot: "^crypto$" },
    },
    {
      name: "one-door-to-tree-sitter",
      comment: "only c/ knows the parser",
      severity: "error",
      from: { path: "^src/", pathNot: folder(["c"]) },
      to: { path: packages(["tree-sitter", "tree-sitter-c"]) },
    },
    {
      name: "one-door-to-services",
      comment: "only adapters/ knows git, GitHub, mail servers and databases",
      severity: "error",
      from: { path: "^src/", pathNot: folder(["adapters"]) },
      to: {
        path: packages([
          "octokit",
          "@octokit",
          "simple-git",
          "pg",
          "pg-boss",
          "kysely",
          "@electric-sql",
          "nodemailer",
          "imapflow",
          "mailauth",
        ]),
        // Data about GitHub, which the tests' own GitHub is made of.
        pathNot: packages(["@octokit/graphql-schema", "@octokit/webhooks-examples"]),
      },
    },
    {
      name: "one-door-to-editors",
      comment: "only editor/ knows the language server's library, by its protocol.ts",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/editor/protocol\\.ts$", folder(["testing", "bench"]), TESTS] },
      to: { path: packages(["vscode-languageserver[^/]*", "vscode-jsonrpc"]) },
    },
    {
      name: "product-on-its-own",
      comment: "the product runs without the packages that only build and test it",
      severity: "error",
      from: { path: "^src/", pathNot: [folder(["testing", "bench"]), TESTS, BUILD] },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "nothing-dangling",
      comment: "an import that does not resolve hides from every other rule",
      severity: "error",
      from: { path: "^src/" },
      to: { couldNotResolve: true },
    },
    {
      name: "tests-stay-tests",
      comment: "testing/ and *.test.ts are imported by tests and benchmarks only",
      severity: "error",
      from: { path: "^src/", pathNot: [folder(["testing", "bench"]), TESTS] },
      to: { path: [folder(["testing"]), TESTS] },
    },
  ],
  options: {
    tsConfig: { fileName: path.join(__dirname, "tsconfig.json") },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    // Without these, a package that offers ES modules only does not resolve and slips past its door.
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
