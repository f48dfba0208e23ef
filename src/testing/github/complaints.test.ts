/**
 * What goes wrong for users of other reviewing actions, each by its name, and does not here.
 *
 * octokit talks to GitHub on the loopback, which is held to GitHub's own description; events are
 * those that GitHub sent.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openGitHub, pullRequestHost } from "../../adapters/index.ts";
import type { NewComment } from "../../review/index.ts";
import { type ActionBench, type JobOptions, type JobRun, REPOSITORY, WORKSPACE } from "./action-bench.ts";
import type { Fault } from "./github-server.ts";
import { errorLines, placesOf, posts, reviews, warned } from "./posted.ts";
import { counting, DEPOT, depot, OWN_PACK, ownDepot, SMMU } from "./samples.ts";
import { started } from "./started-bench.ts";

/** A pull request that brings one finding. */
async function leaking(): Promise<ActionBench> {
  const here = await started({ [DEPOT]: depot(["put", "get"]) });
  here.push({ [DEPOT]: depot(["put", "get"], ["put"]) });
  return here;
}

/** Everything that was found is there for who cannot see comments. */
function expectNothingLost(run: JobRun, findings: number) {
  expect(run.outputs["findings"]).toBe(String(findings));
  expect(run.sarif?.runs[0]?.results).toHaveLength(findings);
  expect(run.summary.match(/lock-leak\*\*/g)).toHaveLength(findings);
  expect(errorLines(run)).toHaveLength(findings);
}

const checkout = ({ repository }: ActionBench, ...options: readonly string[]) => ({
  workspace: (folder: string) => {
    repository.git("clone", "--quiet", ...options, `file://${repository.folder}`, folder);
  },
});

describe("comments are posted again on rebase", () => {
  test.each([
    ["onto another base", (here: ActionBench) => here.repository.commit({ "README.md": "on\n" }, here.base)],
    [
      "onto a base that moves the lines",
      (here: ActionBench) =>
        here.repository.commit({ [DEPOT]: depot(["put", "get"], [], "\n/* on */\n") }, here.base),
    ],
  ])("%s", async (_what, onto) => {
    const here = await leaking();
    await here.run();
    const base = onto(here);
    here.github.state.pull = { ...here.github.state.pull, base };
    const above = here.repository.git("show", `${base}:${DEPOT}`).includes("/* on */") ? "\n/* on */\n" : "";
    here.push({ [DEPOT]: depot(["put", "get"], ["put"], above) }, base);
    await here.run();

    expect(reviews(here)).toHaveLength(1);
    expect(here.github.state.comments).toHaveLength(1);
    expect(here.github.state.remarks).toHaveLength(1);
  });
});

describe("422 for a line outside the diff", () => {
  const FAR = "\n/* between */".repeat(30);
  const till = (locked: boolean) => `static DEFINE_SPINLOCK(depot_lock);
static int depot_count;

static void add(int n)
{
${locked ? "    spin_lock(&depot_lock);\n" : ""}    depot_count += n;
${locked ? "    spin_unlock(&depot_lock);\n" : ""}}
${FAR}

int refill(void)
{
    spin_lock(&depot_lock);
    add(2);
    spin_unlock(&depot_lock);

    return 0;
}
`;

  test("what has a line of the change on its path is commented there, and what has none on the file", async () => {
    const here = await started({ [DEPOT]: till(false) });
    here.push({ [DEPOT]: till(true) });
    await here.run();
    const comments = here.github.state.comments.map(({ body, line }) => ({
      check: /\*\*\w+: ([\w-]+)\*\*/.exec(body)?.[1],
      on: line === null ? "the file" : till(true).split("\n")[line - 1],
    }));

    expect(comments).toEqual([
      { check: "lock-contract-change", on: "static void add(int n)" },
      { check: "double-lock", on: "the file" },
    ]);
  });

  test("the server that this is tested on refuses it, and other wrong places", async () => {
    const here = await leaking();
    const pace = { wait: async () => {} };
    const octokit = await openGitHub({ apiUrl: here.github.apiUrl, token: "t0ken", pace });
    const [owner = "", repo = ""] = REPOSITORY.split("/");
    const host = pullRequestHost(octokit, { owner, repo }, here.github.state.pull.number);
    const comment = { path: DEPOT, side: "RIGHT", line: 8, body: "x" } as const;
    const wrong: readonly NewComment[] = [
      { ...comment, line: 100 },
      { ...comment, side: "LEFT", line: 30 },
      { ...comment, path: "xen/common/other.c" },
      { ...comment, first: 8 },
      { ...comment, body: "x".repeat(65_537) },
    ];
    const { head } = here.github.state.pull;

    for (const one of wrong)
      expect(await host.review(head, "text", [comment, one])).toMatchObject({ kind: "refused" });
    expect(here.github.state.comments).toEqual([]);
    expect(await host.review(head, "text", [comment])).toEqual({ kind: "done" });
  });
});

test("422 when start_line equals line: a place of one line is sent as one", async () => {
  const here = await started({ [DEPOT]: depot(["put"]), [SMMU]: counting(true) });
  here.push({ [DEPOT]: depot(["put"], ["put"]), [SMMU]: counting(false) });
  await here.run();
  const comments = reviews(here).flatMap((review) => review.comments);

  expect(comments).toHaveLength(2);
  for (const { line, start_line: first } of comments) expect(first ?? line - 1).toBeLessThan(line);
});

describe("a change too long for GitHub's diff (406), and only the first page of files read", () => {
  const texts = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`docs/${at}.txt`, "text\n"]));

  test.each([
    ["over 300 files", texts(301)],
    ["over 20,000 lines", { "docs/long.txt": "line\n".repeat(20_001) }],
  ])("%s: nobody asks for it, and the last file is found", async (_what, more) => {
    const here = await started({ [DEPOT]: depot(["put"]) });
    here.push({ ...more, [DEPOT]: depot(["put"], ["put"]) });
    const run = await here.run();

    expect(here.github.asked.filter(({ accept }) => /diff|patch/.test(accept))).toEqual([]);
    expect(reviews(here).map(placesOf)).toEqual([[`RIGHT ${DEPOT}:8`]]);
    expect(warned(run)).toEqual([]);
  });

  test("3,000 files: those beyond are not listed, which is said; and nothing is called fixed", async () => {
    const here = await leaking();
    await here.run();
    here.push({ ...texts(3_000), [DEPOT]: depot(["put", "get"]) });
    const without = await here.run();
    const only = await here.run({ inputs: { comment: "none" } });

    for (const { summary } of [without, only])
      expect(summary).toContain("GitHub does not list all files of so long a change");
    expect(here.github.state.comments[0]?.body).not.toContain("**Fixed**");

    const withCheckout = await here.run(checkout(here));
    expect(withCheckout.summary).not.toContain("does not list all files");
    expect(here.github.state.comments[0]?.body).toContain("**Fixed**");
  });
});

describe("a rename without patch", () => {
  test("brings nothing, and hides nothing beside it", async () => {
    const here = await started({ [DEPOT]: depot(["put"], ["put"]), [SMMU]: counting(true) });
    const moved = { [DEPOT]: null, "xen/common/store.c": depot(["put"], ["put"]) };
    here.push({ ...moved, [SMMU]: counting(false) });
    await here.run();

    expect(reviews(here).map(placesOf)).toEqual([[`LEFT ${SMMU}:10`]]);
  });

  test("with a change, what it brings is under the new name", async () => {
    const names = ["put", "get", "take", "give"];
    const here = await started({ [DEPOT]: depot(names) });
    here.push({ [DEPOT]: null, "xen/common/store.c": depot(names, ["put"]) });
    await here.run();

    expect(reviews(here).map(placesOf)).toEqual([["RIGHT xen/common/store.c:8"]]);
  });
});

describe("a read-only token, and findings lost in the fallback", () => {
  test.each(["review", "summary"])("comment: %s", async (comment) => {
    const here = await leaking();
    here.github.state.rights = "read";
    const run = await here.run({ inputs: { comment } });

    expectNothingLost(run, 1);
    expect(run.status).toBe(1);
    expect(run.summary).toMatch(/nothing was posted: the token may not write .* as is usual for forks/);
    expect(warned(run)).toEqual([expect.stringContaining("nothing was posted")]);
    expect(here.github.state.comments).toEqual([]);
  });

  test("without findings it is no failure", async () => {
    const here = await started({ [DEPOT]: depot(["put"]) });
    here.github.state.rights = "read";
    here.push({ [DEPOT]: depot(["put", "get"]) });

    expect((await here.run()).status).toBe(0);
  });

  test("no token at all: what is public is read, and the rest is said", async () => {
    const here = await leaking();
    here.github.state.rights = "read";
    const run = await here.run({ token: "" });

    expectNothingLost(run, 1);
    expect(run.summary).toContain("nothing was posted");
  });
});

describe("secondary rate limits", () => {
  const soon = () => String(Math.floor(Date.now() / 1_000) + 20);
  const SECONDARY = "You have exceeded a secondary rate limit.";

  // biome-ignore format: a table is read by its columns
  test.each([
    ["403 with retry-after",         403, SECONDARY,                    () => ({ "retry-after": "7" }),                                              7_000],
    ["429 with retry-after",         429, "Too many requests",          () => ({ "retry-after": "60" }),                                            60_000],
    ["403 without a word of when",   403, SECONDARY,                    () => ({}),                                                                  1_000],
    ["the token's own requests",     403, "API rate limit exceeded",    () => ({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": soon() }),      18_000],
  ] as const)("%s: waited for, and posted once", async (_what, status, message, headers, least) => {
    const here = await leaking();
    for (const on of ["pulls/create-review", "issues/create-comment"])
      here.github.state.faults.push({ on, status, message, headers: headers(), times: 1 });
    const run = await here.run();

    expect(here.github.state.comments).toHaveLength(1);
    expect(here.github.state.remarks).toHaveLength(1);
    expect(run.waited).toBeGreaterThanOrEqual(least * 2);
    expect(warned(run)).toEqual([]);
  });

  test("one that lasts longer than a job should: said, and nothing is lost", async () => {
    const here = await leaking();
    here.github.state.faults.push({
      on: "pulls/create-review",
      status: 403,
      message: SECONDARY,
      headers: { "retry-after": "3600" },
    });
    const run = await here.run({ inputs: { "fail-on": "never" } });

    expectNothingLost(run, 1);
    expect(run.status).toBe(4);
    expect(run.waited).toBeLessThan(60_000);
    expect(run.summary).toContain("its rate limit is reached");
  });

  test("between two writes there is a second", async () => {
    const here = await leaking();

    expect((await here.run()).waited).toBe(1_000);
  });
});

describe("a body over 65,536 characters", () => {
  test("is cut, says so, and is found again", async () => {
    const deep = `xen/${"a-folder-with-a-very-long-name/".repeat(12)}depot.c`;
    const names = Array.from({ length: 100 }, (_, at) => `put_${at}`);
    const here = await started({ [deep]: depot(names) });
    here.push({ [deep]: depot(names, names) });
    const options = { inputs: { comment: "summary" } };
    await here.run(options);
    const [remark] = here.github.state.remarks;
    here.push({ [deep]: depot(names, names, "\n/* moved */\n") });
    await here.run(options);

    expect(remark?.body.length).toBeGreaterThan(65_000);
    expect(remark?.body.length).toBeLessThanOrEqual(65_536);
    expect(remark?.body).toContain("the rest is in the report of the job");
    expect(here.github.state.remarks).toHaveLength(1);
  });
});

test("other people's comments are deleted: never one, even with our mark in it, nor is it written to", async () => {
  const here = await leaking();
  await here.run();
  const [own] = here.github.state.comments;
  if (own === undefined) throw new Error("there is no comment");
  const copied = { ...own, id: 60, author: "mallory" };
  here.github.state.comments = [copied];
  here.github.state.remarks = [
    { id: 2_000, author: "mallory", body: here.github.state.remarks[0]?.body ?? "" },
  ];
  here.push({ [DEPOT]: depot(["put", "get"], ["put"], "\n/* moved */\n") });
  await here.run();

  const both = ["mallory", "github-actions[bot]"];
  expect(here.github.state.comments.map(({ author }) => author)).toEqual(both);
  expect(here.github.state.remarks.map(({ author }) => author)).toEqual(both);
  expect(here.github.state.comments[0]).toEqual(copied);
});

describe("an exit code that is a count; 50 annotations a request, and ten of a level that are shown", () => {
  test("256 findings are the status 1, ten annotations, and all of them in the reports", async () => {
    const names = Array.from({ length: 300 }, (_, at) => `put_${at}`);
    const here = await started({ [DEPOT]: depot(names) });
    here.push({ [DEPOT]: depot(names, names.slice(0, 256)) });
    const run = await here.run({ inputs: { comment: "none" } });

    expect(run.status).toBe(1);
    expect(run.outputs["findings"]).toBe("256");
    expect(errorLines(run)).toHaveLength(10);
    expect(run.log.some((line) => line.includes("246 more findings"))).toBe(true);
    expect(run.log.filter((line) => /^error\[lock-leak\]/.test(line))).toHaveLength(256);
    expect(run.sarif?.runs[0]?.results).toHaveLength(256);
  });
});

test("SARIF limits: one run a category, and each profile a category of its own", async () => {
  const here = await leaking();
  const [one, other] = await Promise.all(
    ["list", "approach-b"].map((profile) => here.run({ inputs: { profile, comment: "none" } })),
  );

  for (const run of [one, other]) expect(run?.sarif?.runs).toHaveLength(1);
  expect([one, other].map((run) => run?.sarif?.runs[0]?.automationDetails.id)).toEqual([
    "lockspan/list/",
    "lockspan/approach-b/",
  ]);
});

describe("a job that trusts what a fork's artifact says", () => {
  test("a workflow_run is no event to review", async () => {
    const here = await leaking();
    const run = await here.run({ env: { GITHUB_EVENT_NAME: "workflow_run" } });

    expect(run.status).toBe(2);
    expect(run.log).toEqual([
      expect.stringMatching(/^::error title=lockspan::lockspan reviews pull requests.*workflow_run/),
    ]);
    expect(here.github.asked).toEqual([]);
  });

  test("files that look like results, numbers and events in the workspace change nothing", async () => {
    const here = await leaking();
    const planted = {
      "event.json": '{ "pull_request": { "number": 1 } }',
      "pr_number.txt": "1",
      "lockspan.sarif": "{}",
      "lockspan.json": '{ "version": 1, "findings": [] }',
      "review/comments.json": '[{ "path": "README.md", "line": 1, "body": "planted" }]',
    };
    await here.run({
      env: { INPUT_PR_NUMBER: "1", INPUT_ARTIFACT: "review" },
      workspace: (folder) => {
        mkdirSync(path.join(folder, "review"));
        for (const [name, text] of Object.entries(planted)) writeFileSync(path.join(folder, name), text);
      },
    });
    const numbers = here.github.asked.flatMap(
      ({ parameters }) => parameters["pull_number"] ?? parameters["issue_number"] ?? [],
    );

    expect(new Set(numbers)).toEqual(new Set(["7"]));
    expect(here.github.state.comments.map(({ body }) => body.includes("planted"))).toEqual([false]);
  });
});

describe("GitHub fails in the middle of a review", () => {
  interface Failing {
    readonly fault: Fault;
    readonly status: number;
    readonly comments: number;
    readonly says: RegExp | null;
  }
  const at = (on: string, status: number, more: Partial<Fault> = {}): Fault => ({ on, status, ...more });

  // biome-ignore format: a table is read by its columns
  test.each<readonly [string, Failing]>([
    ["502 once",                             { fault: at("pulls/create-review", 502, { times: 1 }),                 status: 0, comments: 1, says: null }],
    ["502 once, and it was taken",           { fault: at("pulls/create-review", 502, { times: 1, after: true }),    status: 0, comments: 1, says: null }],
    ["503 for good",                         { fault: at("pulls/create-review", 503),                               status: 4, comments: 0, says: /the comments could not be posted: GitHub failed/ }],
    ["404: the token may not know of it",    { fault: at("pulls/create-review", 404, { message: "Not Found" }),     status: 0, comments: 0, says: /nothing was posted: the token may not/ }],
    ["422: refused for another reason",      { fault: at("pulls/create-review", 422, { message: "Unprocessable" }), status: 0, comments: 0, says: /the comments could not be posted: GitHub refused/ }],
    ["409 at the summary, once",             { fault: at("issues/create-comment", 409, { times: 1 }),               status: 0, comments: 1, says: null }],
    ["409 at the summary, for good",         { fault: at("issues/create-comment", 409),                             status: 4, comments: 1, says: /the summary could not be posted: GitHub failed \(status 409/ }],
    ["502 at the summary, and it was taken", { fault: at("issues/create-comment", 502, { times: 1, after: true }),  status: 0, comments: 1, says: null }],
    ["500 when comments are listed, once",   { fault: at("pulls/list-review-comments", 500, { times: 1 }),          status: 0, comments: 1, says: null }],
    ["500 when they are listed, for good",   { fault: at("pulls/list-review-comments", 500),                        status: 4, comments: 0, says: /comments could not be posted: .* status 500/ }],
    ["500 of GraphQL, for good",             { fault: at("graphql", 500),                                           status: 0, comments: 1, says: null }],
  ])("%s", async (_what, { fault, status, comments, says }) => {
    const here = await leaking();
    here.github.state.faults.push(fault);
    const run = await here.run({ inputs: { "fail-on": "never" } });

    expectNothingLost(run, 1);
    expect(run.status).toBe(status);
    expect(here.github.state.comments).toHaveLength(comments);
    expect(here.github.state.remarks.length).toBeLessThanOrEqual(1);
    if (says === null) expect(warned(run)).toEqual([]);
    else for (const text of [run.summary, warned(run).join("\n")]) expect(text).toMatch(says);
  });

  test("404 for a file's text: it is listed as not read, and the others are reviewed", async () => {
    const here = await started({ [SMMU]: counting(true) });
    here.push({ [DEPOT]: depot(["put"], ["put"]), [SMMU]: counting(false) });
    here.github.state.hidden = new Set([DEPOT]);
    here.github.state.faults.push(at("git/get-blob", 404, { times: 1 }));
    const run = await here.run({ inputs: { comment: "none" } });

    expect(run.summary).toMatch(/its text could not be read/);
    expect(run.outputs["findings"]).toBe("1");
  });

  test("what changed cannot be read at all: one line, and status 4", async () => {
    const here = await leaking();
    here.github.state.faults.push(at("repos/compare-commits-with-basehead", 404, { message: "Not Found" }));
    const run = await here.run();

    expect(run.status).toBe(4);
    expect(run.log).toEqual([
      expect.stringMatching(/^::error title=lockspan::the comparison of .* status 404.*contents: read/),
    ]);
  });
});

test("a branch that hides its own finding: the reason is told, and the comment on it is not called fixed", async () => {
  const here = await leaking();
  await here.run();
  const text = depot(["put", "get"], ["put"]);
  const reason = "lockspan: ignore lock-leak: @octocat said so";
  here.push({ [DEPOT]: text.replace("        return -22;", `        /* ${reason} */\n$&`) });
  const run = await here.run();

  expect(run.outputs["findings"]).toBe("0");
  for (const body of [run.summary, here.github.state.remarks[0]?.body]) {
    expect(body).toContain("1 finding hidden by a comment in the code");
    expect(body).toMatch(/`lock-leak` in `put\(\)`, .*: @\u200boctocat said so/);
  }
  expect(here.github.state.comments.map(({ body }) => body.includes("**Fixed**"))).toEqual([false]);
});

describe("a force-push in mid-run", () => {
  test("before anything is posted: nothing is, and the next job will", async () => {
    const here = await leaking();
    const { pull } = here.github.state;
    here.github.state.faults.push({
      on: "pulls/get",
      status: 0,
      times: 1,
      meanwhile: () => void here.push({ [DEPOT]: depot(["put", "get"]) }, here.base),
    });
    const run = await here.run();

    expect(here.github.state.pull.head).not.toBe(pull.head);
    expect(posts(here)).toEqual([]);
    expectNothingLost(run, 1);
    expect(run.summary).toContain("the branch has moved on meanwhile");
  });

  test("between the look and the review: GitHub refuses the lost commit, and no summary speaks of it", async () => {
    const here = await leaking();
    const { pull, lost } = here.github.state;
    here.github.state.faults.push({
      on: "pulls/create-review",
      status: 0,
      times: 1,
      meanwhile: () => {
        lost.add(pull.head);
        here.push({ [DEPOT]: depot(["put", "get"]) }, here.base);
      },
    });
    const run = await here.run();

    expect(here.github.state.comments).toEqual([]);
    expect(here.github.state.remarks).toEqual([]);
    expect(run.summary).toContain("the branch has moved on meanwhile");
  });
});

describe("pull_request_target is data only", () => {
  const PACK = "locks/own.yaml";
  const TARGET = { event: "pull_request_target" } as const;

  test("rules come from the base, whatever the branch makes of them", async () => {
    const here = await started({ [DEPOT]: ownDepot(false), [PACK]: OWN_PACK });
    here.push({ [DEPOT]: ownDepot(true), [PACK]: "lockFunctions: []\n" });
    const run = await here.run({ ...TARGET, inputs: { rules: "./locks/" } });

    expect(run.status).toBe(1);
    expect(here.github.state.comments.map(({ body }) => body.includes("lock-leak"))).toEqual([true]);
  });

  test("rules that only the branch has are none", async () => {
    const here = await started({ [DEPOT]: ownDepot(false) });
    here.push({ [DEPOT]: ownDepot(true), [PACK]: OWN_PACK });
    const run = await here.run({ ...TARGET, inputs: { rules: "locks" } });

    expect(run.status).toBe(2);
    expect(run.log).toEqual([expect.stringContaining("there is no rule pack in the base commit")]);
  });

  test("the baseline comes from the base, not from the branch or the workspace", async () => {
    const here = await leaking();
    const { report } = await here.run({ inputs: { report: "lockspan.json", comment: "none" } });
    const text = report ?? "";
    here.push({ "locks.json": text });
    const workspace = (folder: string) => writeFileSync(path.join(folder, "locks.json"), text);
    const options: JobOptions = { ...TARGET, workspace, inputs: { baseline: "locks.json", comment: "none" } };

    expect((await here.run(options)).log).toEqual([
      expect.stringContaining("locks.json cannot be read in the base commit"),
    ]);
    expect((await here.run({ ...options, event: "pull_request" })).status).toBe(0);
  });

  test("a checkout of the branch is not looked at, nor is anything in it run", async () => {
    const here = await leaking();
    const trap = path.join(here.repository.folder, "../trapped-by-the-branch");
    const run = await here.run({
      ...TARGET,
      workspace: (folder) => {
        here.repository.git("clone", "--quiet", here.repository.folder, folder);
        const hook = `touch ${trap}`;
        execFileSync("git", ["config", "core.fsmonitor", hook], { cwd: folder });
        execFileSync("git", ["config", "diff.external", hook], { cwd: folder });
        writeFileSync(path.join(folder, ".git/HEAD"), "no commit at all\n");
      },
    });

    expect(run.status).toBe(1);
    expect(existsSync(trap)).toBe(false);
    expect(here.github.asked.map(({ id }) => id)).toContain("git/get-blob");
    expect(here.github.state.comments).toHaveLength(1);
  });
});

describe("merge_group: the check only", () => {
  test.each([
    ["from GitHub", () => ({})],
    ["from a checkout", checkout],
  ])("%s", async (_how, more) => {
    const here = await leaking();
    const run = await here.run({ event: "merge_group", ...more(here) });

    expectNothingLost(run, 1);
    expect(run.status).toBe(1);
    expect(posts(here)).toEqual([]);
    expect(here.github.asked.filter(({ id }) => /^(?:pulls|issues|graphql)/.test(id))).toEqual([]);
  });
});

describe("the inputs baseline, rules and report", () => {
  test("what a report has is not told again, and does not fail the job", async () => {
    const here = await leaking();
    const { report } = await here.run({ inputs: { report: "lockspan.json", comment: "none" } });
    const workspace = (folder: string) => writeFileSync(path.join(folder, "known.json"), report ?? "");
    const run = await here.run({ workspace, inputs: { baseline: "known.json" } });

    expect(run.status).toBe(0);
    expect(run.summary).toContain("1 finding in the baseline not told again");
    expect(here.github.state.comments).toEqual([]);
  });

  test.each([
    [
      "is not there",
      null,
      /the baseline known\.json cannot be read in the workspace, nor in the base commit/,
    ],
    ["is no report", "[]", /the baseline known\.json is no JSON report of lockspan's/],
    ["is of another version", '{ "version": 2, "findings": [] }', /is no JSON report of lockspan's/],
  ])("a baseline that %s stops the job", async (_what, text, says) => {
    const here = await leaking();
    const workspace = (folder: string) => {
      if (text !== null) writeFileSync(path.join(folder, "known.json"), text);
    };
    const run = await here.run({ workspace, inputs: { baseline: "known.json" } });

    expect(run.status).toBe(2);
    expect(run.log.join("\n")).toMatch(says);
    expect(posts(here)).toEqual([]);
  });

  test("rules of the checkout are in force", async () => {
    const here = await started({ [DEPOT]: ownDepot(false), "locks/own.yaml": OWN_PACK });
    here.push({ [DEPOT]: ownDepot(true) });
    const withRules = await here.run({
      ...checkout(here),
      inputs: { rules: "\n  locks\n", comment: "none" },
    });
    const without = await here.run({ ...checkout(here), inputs: { comment: "none" } });

    expect([withRules, without].map(({ outputs }) => outputs["findings"])).toEqual(["1", "0"]);
  });

  test("rules and baseline of the base commit are in force where there is no checkout", async () => {
    const here = await started({ [DEPOT]: ownDepot(false), "locks/own.yaml": OWN_PACK });
    here.push({ [DEPOT]: ownDepot(true) });
    const rules = "locks";
    const { outputs, report } = await here.run({ inputs: { rules, report: "known.json", comment: "none" } });
    const base = here.repository.commit({ "locks/known.json": report ?? "" }, here.base);
    here.github.state.pull = { ...here.github.state.pull, base };
    const again = await here.run({ inputs: { rules, baseline: "locks/known.json", comment: "none" } });

    expect(outputs["findings"]).toBe("1");
    expect(again.outputs["findings"]).toBe("0");
    expect(again.summary).toContain("1 finding in the baseline not told again");
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    ["lockspan.txt",   /^error\[lock-leak\]/m],
    ["lockspan.md",    /^### lockspan: 1 error/m],
    ["lockspan.json",  /^ {6}"check": "lock-leak",$|"check":"lock-leak"/m],
    ["lockspan.sarif", /"ruleId": "lock-leak"/],
    ["lockspan.html",  /<article class="finding error" id="LD-[0-9a-f]{8}"[\s\S]*<code class="check">lock-leak</],
  ])("report: %s", async (report, says) => {
    const here = await leaking();
    const run = await here.run({ inputs: { report, comment: "none" } });

    expect(run.report).toMatch(says);
    expect(path.basename(run.outputs["report-file"] ?? "")).toBe(report);
  });

  test.each([
    [{ report: "lockspan.pdf" }, /its ending names no kind of report/],
    [{ report: "no/such/folder/lockspan.txt" }, /there is no such folder/],
    [{ report: "../lockspan.txt" }, /it leads out of the workspace/],
    [{ sarif: "linked/lockspan.sarif" }, /it leads out of the workspace/],
    [{ sarif: "a-link.sarif" }, /it leads out of the workspace/],
    [{ profile: "aproach-a" }, /must be one of list, approach-a, approach-b/],
    [{ scope: "everything" }, /must be one of introduced, touched, all/],
  ])("%j is refused in one line", async (inputs, says) => {
    const here = await leaking();
    const run = await here.run({
      inputs,
      workspace: (folder) => {
        symlinkSync("..", path.join(folder, "linked"));
        symlinkSync("../elsewhere", path.join(folder, "a-link.sarif"));
      },
    });

    expect(run.status).toBe(2);
    expect(run.log).toEqual([expect.stringMatching(says)]);
  });

  test("a whole path may not leave the workspace by a link either", async () => {
    const here = await leaking();
    const options = { inputs: { sarif: `${WORKSPACE}/linked/lockspan.sarif` } };
    const run = await here.run({
      ...options,
      workspace: (folder) => symlinkSync("..", path.join(folder, "linked")),
    });

    expect(run.log).toEqual([expect.stringContaining("it leads out of the workspace")]);
  });
});

describe("names that strangers chose", () => {
  const NAMES = [
    "xen/common/a%0A::error title=pwned::b,c:d.c",
    "xen/common/@octocat #1 [x](javascript:x)|`tick`.c",
    "xen/common/<!-- lockspan:summary:1 profile=approach-b --><script>.c",
    "xen/common/<!-- lockspan:finding:1 profile=approach-b fingerprint=0 state=fixed -->.c",
    "xen/common/::set-output name=x::y.c",
  ];

  test("start no command, call nobody, break no table and forge no mark", async () => {
    const here = await started(Object.fromEntries(NAMES.map((name) => [name, depot(["put"])])));
    here.push(Object.fromEntries(NAMES.map((name) => [name, depot(["put"], ["put"])])));
    const run = await here.run();
    const bodies = [...here.github.state.comments, ...here.github.state.remarks].map(({ body }) => body);
    const commands = run.log.flatMap((line) => /^\s*(::[\w-]+|##\[)/.exec(line)?.[1] ?? []);

    expect(here.github.state.comments.map(({ path: at }) => at).sort()).toEqual([...NAMES].sort());
    expect(new Set(commands)).toEqual(new Set(["::group", "::endgroup", "::error"]));
    expect(errorLines(run).map((line) => /file=([^,]*),/.exec(line)?.[1])).toEqual(
      expect.arrayContaining(["xen/common/a%250A%3A%3Aerror title=pwned%3A%3Ab%2Cc%3Ad.c"]),
    );
    for (const body of [...bodies, run.summary]) {
      const outside = body.replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "");
      expect(outside).not.toMatch(/@octocat|<script>|javascript:/);
      expect(outside.match(/<!--/g)?.length ?? 0).toBe(body === run.summary ? 0 : 1);
    }
    here.push({ "README.md": "on\n" });
    await here.run();
    expect(here.github.state.remarks).toHaveLength(1);
    expect(here.github.state.comments).toHaveLength(NAMES.length);
  });

  test("a title and an author reach nothing but the report", async () => {
    const here = await leaking();
    here.github.state.pull = {
      ...here.github.state.pull,
      title: "::error::x\n::add-mask::t0ken\u202e <script>",
    };
    const run = await here.run({ inputs: { report: "lockspan.txt" } });

    expect(run.log.filter((line) => /^::(?:add-mask|error::x)/.test(line))).toEqual([]);
    expect(run.outputs["findings"]).toBe("1");
  });

  test("a name that leaves the tree is not opened, and is said without its line ends", async () => {
    const here = await started({ [DEPOT]: depot(["put"]), "xen/x\n::error::y.c": depot(["put"]) });
    here.push({ "xen/x\n::error::y.c": depot(["put"], ["put"]) });
    const run = await here.run();

    expect(run.summary).toContain("its name is not safe to open");
    expect(run.log.filter((line) => line.startsWith("::error::"))).toEqual([]);
    expect(run.summary).not.toMatch(/^::error/m);
  });
});

describe("the diff comes from git where there is one", () => {
  const fingerprintsOf = (run: JobRun) =>
    JSON.parse(run.report ?? "").findings.map((finding: { fingerprint: string }) => finding.fingerprint);
  const inputs = { report: "lockspan.json", comment: "none" };

  test("nothing is asked of GitHub, and the findings are the same", async () => {
    const here = await started({ [DEPOT]: depot(["put"]), [SMMU]: counting(true) });
    here.push({ [DEPOT]: depot(["put"], ["put"]), [SMMU]: counting(false) });
    const local = await here.run({ inputs, ...checkout(here) });
    expect(here.github.asked).toEqual([]);
    const remote = await here.run({ inputs });

    expect(here.github.asked.length).toBeGreaterThan(0);
    expect(local.report).toBe(remote.report);
    expect(fingerprintsOf(local)).toHaveLength(2);
  });

  test("a checkout that git cannot read is said, and GitHub is asked", async () => {
    const here = await leaking();
    const run = await here.run({
      inputs,
      workspace: (folder) => {
        checkout(here).workspace(folder);
        writeFileSync(path.join(folder, ".git/HEAD"), "no commit at all\n");
      },
    });

    expect(warned(run)).toEqual([
      expect.stringContaining("the checkout is not used, and GitHub is asked instead"),
    ]);
    expect(fingerprintsOf(run)).toHaveLength(1);
  });

  test("a checkout of the last commit only does not reach back, and GitHub is asked", async () => {
    const here = await leaking();
    const run = await here.run({ inputs, ...checkout(here, "--depth=1") });

    expect(here.github.asked.map(({ id }) => id)).toContain("repos/compare-commits-with-basehead");
    expect(fingerprintsOf(run)).toHaveLength(1);
  });

  test("what lies in the work tree, and is in no commit, does not count", async () => {
    const here = await leaking();
    const run = await here.run({
      inputs,
      workspace: (folder) => {
        checkout(here).workspace(folder);
        writeFileSync(path.join(folder, DEPOT), "int nothing;\n");
      },
    });

    expect(run.outputs["findings"]).toBe("1");
  });
});
