/**
 * The workflows of this project and those that users copy: what they name is there, what they use
 * is pinned, and nothing that a stranger writes reaches a shell.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { REPORT_KINDS, readInputs } from "../../action/index.ts";
import { PROJECT_ROOT } from "../project-root.ts";

const textOf = (name: string) => readFileSync(path.join(PROJECT_ROOT, name), "utf8");

interface Described {
  readonly description: string;
  readonly default?: string;
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly id?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }
    >
  >;
}

const action = parse(textOf("action.yml")) as {
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described>>;
};
const { version } = JSON.parse(textOf("package.json")) as { version: string };
const GUIDE = textOf("docs/pull-requests.md");
const FOLDER = ".github/workflows";
const shownIn = (text: string) =>
  [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, shown = ""]) => shown);
const SHOWN = { "README.md": shownIn(textOf("README.md")), "docs/pull-requests.md": shownIn(GUIDE) };

const workflows: readonly (readonly [string, Workflow])[] = [
  ...readdirSync(path.join(PROJECT_ROOT, FOLDER)).map((name) => [name, textOf(`${FOLDER}/${name}`)] as const),
  ...Object.entries(SHOWN).flatMap(([file, texts]) =>
    texts.map((text, at) => [`${file}, ${at + 1}`, text] as const),
  ),
].map(([name, text]) => [name, parse(text) as Workflow] as const);

const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);
const isDocument = (name: string) => name.includes(".md, ");
const isOurs = ({ uses = "" }: Step) => uses === "./" || uses.startsWith("OWNER/lockspan@");

describe("action.yml", () => {
  test("its defaults are what the action does when nothing is said", () => {
    const said = Object.entries(action.inputs).map(([name, input]) => [
      `INPUT_${name.toUpperCase()}`,
      name === "token" ? "" : input.default,
    ]);

    expect(readInputs(Object.fromEntries(said))).toEqual(readInputs({}));
    expect(action.inputs["token"]?.default).toMatch(/^\$\{\{ github\.token \}\}$/);
  });

  test("every input that the action reads is there, and no other", () => {
    const asked: string[] = [];
    readInputs(
      new Proxy({}, { get: (_, name) => void asked.push(String(name).replace("INPUT_", "").toLowerCase()) }),
    );

    expect([...new Set(asked)].sort()).toEqual(Object.keys(action.inputs).sort());
  });

  test.each([
    ["inputs", Object.keys(action.inputs)],
    ["outputs", Object.keys(action.outputs)],
  ])("the guide's table of %s has the same names", (what, names) => {
    const [, table = ""] =
      new RegExp(`^\\| ${what.slice(0, -1)} .*\\n\\|[- |]+\\n((?:\\|.*\\n)+)`, "m").exec(GUIDE) ?? [];

    expect([...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name)).toEqual(names);
  });

  test("the guide's table has the same defaults", () => {
    for (const [name, { default: value }] of Object.entries(action.inputs)) {
      const [, cell = ""] = new RegExp(`^\\| \`${name}\` +\\| (.*?) +\\|`, "m").exec(GUIDE) ?? [];
      expect(cell, name).toBe(name === "token" ? "the job's own" : value === "" ? "none" : `\`${value}\``);
    }
  });
});

test("the kinds of report that are promised are those that there are", () => {
  const [row = ""] = /^\| `report`.*$/m.exec(GUIDE) ?? [];
  const said = action.inputs["report"]?.description ?? "";

  for (const text of [row, said])
    expect([...text.matchAll(/\.(\w+)/g)].map(([, kind]) => kind).sort()).toEqual([...REPORT_KINDS].sort());
});

describe.each(workflows)("%s", (name, workflow) => {
  test("uses other people's actions by commit, and ours by its release", () => {
    for (const step of stepsOf(workflow)) {
      if (step.uses === undefined) continue;
      if (isOurs(step)) expect(step.uses).toMatch(/^\.\/$|^OWNER\/lockspan@v\d+\.\d+\.\d+$/);
      else expect(step.uses).toMatch(isDocument(name) ? /@(?:v\d+|[0-9a-f]{40})$/ : /@[0-9a-f]{40}$/);
      if (step.uses.startsWith("OWNER/")) expect(step.uses).toBe(`OWNER/lockspan@v${version}`);
    }
  });

  test("gives the token no more than it needs", () => {
    const needed: Readonly<Record<string, object>> = {
      "release.yml publish": { contents: "write" },
      "example.yml review": { contents: "read", "pull-requests": "write" },
    };
    const general = isDocument(name) ? { contents: "read", "pull-requests": "write" } : { contents: "read" };

    expect(workflow.permissions).toEqual(general);
    for (const [job, { permissions }] of Object.entries(workflow.jobs))
      expect(permissions, job).toEqual(needed[`${name} ${job}`]);
  });

  test("no expression stands in a shell's text", () => {
    for (const { run = "" } of stepsOf(workflow)) expect(run).not.toContain("${{");
  });

  test("what it tells lockspan, and what it reads from it, is in action.yml", () => {
    const ours = stepsOf(workflow).filter(isOurs);
    for (const { with: given = {} } of ours) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      const values = Object.entries(given).map(([key, value]) => [
        `INPUT_${key.toUpperCase()}`,
        String(value),
      ]);
      expect(() => readInputs(Object.fromEntries(values))).not.toThrow();
    }
    const read = [...JSON.stringify(workflow).matchAll(/steps\.lockspan\.outputs\.([\w-]+)/g)].map(
      ([, one]) => one,
    );
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(read));
  });

  test("where the event has the rights of the base, nothing is checked out", () => {
    if (
      !Object.keys(workflow.on as object).includes("pull_request_target") &&
      workflow.on !== "pull_request_target"
    )
      return;
    expect(stepsOf(workflow).map(({ uses }) => uses)).toEqual([`OWNER/lockspan@v${version}`]);
  });
});

test("the documents show a workflow of six lines, and the guide one for forks", () => {
  for (const [first = ""] of Object.values(SHOWN)) expect(first.trim().split("\n")).toHaveLength(6);
  expect(SHOWN["docs/pull-requests.md"].some((text) => text.includes("pull_request_target"))).toBe(true);
});
