/**
 * The review on the pull request, and what becomes of it push after push: octokit talks to
 * GitHub on the loopback, which is held to GitHub's own description.
 */
import { describe, expect, test } from "vitest";
import type { ActionBench } from "./action-bench.ts";
import type { StoredComment } from "./answers.ts";
import { placesOf, posts, reviews, warned } from "./posted.ts";
import { attaching, counting, DEPOT, depot, SMMU } from "./samples.ts";
import { started } from "./started-bench.ts";

describe("the first push", () => {
  test("one review, as a comment, on the line that is wrong, with the path, a suggestion and the mark", async () => {
    const here = await started({ [DEPOT]: depot(["put"]) });
    const head = here.push({ [DEPOT]: depot(["put"], ["put"]) });
    const run = await here.run();

    expect(run.status).toBe(1);
    const [review, ...more] = reviews(here);
    expect(more).toEqual([]);
    expect(review).toMatchObject({ event: "COMMENT", commit_id: head });
    expect(review === undefined ? [] : placesOf(review)).toEqual([`RIGHT ${DEPOT}:8`]);
    const body = review?.comments[0]?.body ?? "";
    expect(body).toContain("**error: lock-leak**");
    expect(body).toContain("1. `put()`: depot_lock acquired");
    expect(body).toContain(
      "```suggestion\n    {\n        spin_unlock(&depot_lock);\n        return -22;\n    }\n```",
    );
    expect(body).toMatch(
      /<!-- lockspan:finding:1 profile=approach-b fingerprint=[0-9a-f]{16} state=open -->$/,
    );
    expect(here.github.state.remarks.map(({ body: text }) => text.split("\n")[0])).toEqual([
      "### lockspan: 1 error",
    ]);
  });

  test("a deleted lock is commented where it was, and the comment leads to the access", async () => {
    const here = await started({ [SMMU]: counting(true) });
    here.push({ [SMMU]: counting(false) });
    await here.run();
    const [review] = reviews(here);

    expect(review === undefined ? [] : placesOf(review)).toEqual([`LEFT ${SMMU}:10`]);
    expect(review?.comments[0]?.body).toMatch(/The access: \[`xen\/\S+:10`\]\(https:\/\/\S+#L10\)/);
  });

  test("a fix of several lines is a suggestion for all of them", async () => {
    const here = await started({ [SMMU]: attaching(false) });
    here.push({ [SMMU]: attaching(true) });
    await here.run();
    const [comment] = reviews(here)[0]?.comments ?? [];
    const [first, last] = ["    spin_unlock(&arm_smmu_devices_lock);", "    master->cfg.smmu = smmu;"];
    const lines = attaching(true).split("\n");

    expect(comment).toMatchObject({
      side: "RIGHT",
      start_side: "RIGHT",
      start_line: lines.indexOf(first) + 1,
      line: lines.indexOf(last) + 1,
    });
    expect(comment?.body).toContain(`\`\`\`suggestion\n${last}\n${first}\n\`\`\``);
  });

  test("whatever is posted, the job's own reports are there before it", async () => {
    const here = await started({ [DEPOT]: depot(["put"]) });
    here.push({ [DEPOT]: depot(["put"], ["put"]) });
    const { readFileSync } = await import("node:fs");
    let home = "";
    let found: string[] = [];
    const meanwhile = () => {
      found = [`${home}/../summary.md`, `${home}/../outputs`, `${home}/../temp/lockspan.sarif`].map((file) =>
        readFileSync(file, "utf8"),
      );
    };
    here.github.state.faults.push({ on: "pulls/get", status: 0, times: 1, meanwhile });
    await here.run({
      workspace: (folder) => {
        home = folder;
      },
    });

    expect(found).toHaveLength(3);
    expect(found[0]).toContain("lock-leak");
    expect(found[1]).toContain("findings");
    expect(found[2]).toContain('"ruleId": "lock-leak"');
  });

  test("a change without findings gets neither review nor summary", async () => {
    const here = await started({ [DEPOT]: depot(["put"]) });
    here.push({ [DEPOT]: depot(["put", "get"]) });
    const run = await here.run();

    expect(run.status).toBe(0);
    expect(posts(here)).toEqual([]);
    expect(run.summary).toContain("### lockspan: no finding");
    expect(run.outputs).toMatchObject({ findings: "0", errors: "0", warnings: "0", notes: "0" });
  });

  test.each([
    ["summary", ["issues/create-comment"]],
    ["none", []],
  ])("with comment: %s", async (comment, written) => {
    const here = await started({ [DEPOT]: depot(["put"]) });
    here.push({ [DEPOT]: depot(["put"], ["put"]) });
    const run = await here.run({ inputs: { comment } });

    expect(posts(here)).toEqual(written);
    expect(run.status).toBe(1);
    expect(run.sarif?.runs[0]?.results).toHaveLength(1);
  });

  test.each([
    ["never", 0],
    ["error", 1],
  ])("fail-on: %s", async (failOn, status) => {
    const here = await started({ [DEPOT]: depot(["put"]) });
    here.push({ [DEPOT]: depot(["put"], ["put"]) });

    expect((await here.run({ inputs: { "fail-on": failOn, comment: "none" } })).status).toBe(status);
  });
});

describe("no more comments than somebody reads", () => {
  test("thirty; the others are in the summary, and another push adds none", async () => {
    const names = Array.from({ length: 40 }, (_, at) => `put_${at}`);
    const here = await started({ [DEPOT]: depot(names) });
    here.push({ [DEPOT]: depot(names, names) });
    await here.run();
    expect(reviews(here).map(({ comments }) => comments.length)).toEqual([30]);
    expect(here.github.state.remarks[0]?.body).toContain("10 more findings have no comment");

    here.push({ [DEPOT]: depot(names, names, "\n/* moved */\n") });
    await here.run();
    expect(reviews(here)).toHaveLength(1);
  });
});

describe("the next push", () => {
  async function afterFirst(): Promise<ActionBench> {
    const here = await started({ [DEPOT]: depot(["put", "get"]) });
    here.push({ [DEPOT]: depot(["put", "get"], ["put"]) });
    await here.run();
    expect(here.github.state.comments).toHaveLength(1);
    return here;
  }

  const only = ({ github }: ActionBench): StoredComment => {
    const [comment] = github.state.comments;
    if (comment === undefined) throw new Error("there is no comment");
    return comment;
  };

  test("what still holds stays, though its line has moved; the summary is the same comment", async () => {
    const here = await afterFirst();
    const before = only(here).body;
    here.push({ [DEPOT]: depot(["put", "get"], ["put"], "\n/* one\n   two\n   three */\n") });
    await here.run();

    expect(here.github.state.comments.map(({ body }) => body)).toEqual([before]);
    expect(here.github.state.remarks).toHaveLength(1);
    expect(posts(here)).toEqual(["pulls/create-review", "issues/create-comment", "issues/update-comment"]);
  });

  test("what came with this push is added, in one review of its own", async () => {
    const here = await afterFirst();
    here.push({ [DEPOT]: depot(["put", "get"], ["put", "get"]) });
    await here.run();

    expect(reviews(here).map(({ comments }) => comments.length)).toEqual([1, 1]);
    expect(here.github.state.remarks.map(({ body }) => body.split("\n")[0])).toEqual([
      "### lockspan: 2 errors",
    ]);
  });

  test("what is fixed is marked, folded away and resolved", async () => {
    const here = await afterFirst();
    const head = here.push({ [DEPOT]: depot(["put", "get"]) });
    const run = await here.run();

    expect(run.status).toBe(0);
    expect(only(here).body).toMatch(new RegExp(`^\\*\\*Fixed\\*\\* as of ${head.slice(0, 12)}\\.\n`));
    expect(only(here).body).toContain("state=fixed");
    expect(only(here).body).toContain("```c\n    {\n        spin_unlock(&depot_lock);");
    expect(only(here)).toMatchObject({ isMinimized: true, isResolved: true });
    expect(here.github.state.remarks[0]?.body).toContain("### lockspan: no finding");
  });

  test("a token that may not resolve still marks it, and that is no failure", async () => {
    const here = await afterFirst();
    here.github.state.rights = "write";
    here.push({ [DEPOT]: depot(["put", "get"]) });
    const run = await here.run();

    expect(run.status).toBe(0);
    expect(only(here)).toMatchObject({ isMinimized: true, isResolved: false });
    expect(only(here).body).toContain("state=fixed");
  });

  test("one that is answered is marked, but neither folded away nor deleted", async () => {
    const here = await afterFirst();
    const reply = { ...only(here), id: 50, author: "ada", body: "Is it?", answers: only(here).id };
    here.github.state.comments.push(reply);
    here.push({ [DEPOT]: depot(["put", "get"]) });
    await here.run();

    expect(only(here)).toMatchObject({ isMinimized: false, isResolved: false });
    expect(only(here).body).toContain("**Fixed**");
    expect(here.github.state.comments).toHaveLength(2);
  });

  test("what comes back after it was fixed is told again", async () => {
    const here = await afterFirst();
    here.push({ [DEPOT]: depot(["put", "get"]) });
    await here.run();
    here.push({ [DEPOT]: depot(["put", "get"], ["put"]) });
    await here.run();

    expect(reviews(here)).toHaveLength(2);
  });

  test("where a file could not be read, nothing in it is called fixed", async () => {
    const here = await afterFirst();
    here.push({ [DEPOT]: `${depot(["put", "get"])}\nint broken(int n) { if ( n { return 1; }\n` });
    await here.run();

    expect(only(here).body).not.toContain("**Fixed**");
  });

  test("an own account instead of the job's is known by what GitHub says of the token", async () => {
    const here = await started({ [DEPOT]: depot(["put"]) });
    here.github.state.login = "xen-reviewer";
    here.push({ [DEPOT]: depot(["put"], ["put"]) });
    await here.run();
    here.push({ [DEPOT]: depot(["put"], ["put"], "\n/* moved */\n") });
    await here.run();

    expect(reviews(here)).toHaveLength(1);
  });

  test("another profile is another review: neither touches the other's comments", async () => {
    const here = await afterFirst();
    await here.run({ inputs: { profile: "list" } });

    expect(here.github.state.comments).toHaveLength(2);
    expect(here.github.state.remarks).toHaveLength(2);
    expect(here.github.state.comments.every(({ body }) => body.includes("state=open"))).toBe(true);
  });
});

describe("a finding that GitHub shows no line of", () => {
  async function hidden(names: readonly string[]) {
    const here = await started({ [DEPOT]: depot(names), [SMMU]: counting(true) });
    here.github.state.hidden = new Set([DEPOT]);
    here.push({ [DEPOT]: depot(names, names), [SMMU]: counting(false) });
    return { here, run: await here.run() };
  }

  test("is a comment on the file, and leads to the line", async () => {
    const { here, run } = await hidden(["put"]);
    const [onLine, onFile] = here.github.state.comments;

    expect(reviews(here).map(placesOf)).toEqual([[`LEFT ${SMMU}:10`]]);
    expect(onLine?.path).toBe(SMMU);
    expect(onFile).toMatchObject({ path: DEPOT, line: null });
    expect(onFile?.body).toMatch(/In `put\(\)`, \[`xen\/common\/depot\.c:8`\]\(https:\S+#L8\)/);
    expect(warned(run)).toEqual([]);
  });

  test("five of them; the others are in the summary, which says why", async () => {
    const { here, run } = await hidden(["a", "b", "c", "d", "e", "f", "g"]);

    expect(here.github.state.comments.filter(({ line }) => line === null)).toHaveLength(5);
    expect(here.github.state.remarks[0]?.body).toContain("2 findings have no comment");
    expect(here.github.state.remarks[0]?.body.match(/lock-leak/g)).toHaveLength(7);
    expect(warned(run)).toHaveLength(1);
  });

  test("stays as it is while it holds, and is marked as fixed afterwards", async () => {
    const { here } = await hidden(["put"]);
    here.push({ [DEPOT]: depot(["put"], ["put"], "\n/* moved */\n") });
    await here.run();
    expect(here.github.state.comments).toHaveLength(2);

    const head = here.push({ [DEPOT]: depot(["put"]) });
    await here.run();
    expect(here.github.state.comments).toHaveLength(2);
    expect(here.github.state.comments[1]).toMatchObject({ isMinimized: true });
    expect(here.github.state.comments[1]?.body).toContain(`**Fixed** as of ${head.slice(0, 12)}`);
  });

  test("an answer that is lost on the way posts it no second time", async () => {
    const here = await started({ [DEPOT]: depot(["put"]) });
    here.github.state.hidden = new Set([DEPOT]);
    here.push({ [DEPOT]: depot(["put"], ["put"]) });
    here.github.state.faults.push({ on: "pulls/create-review-comment", status: 502, times: 1, after: true });
    const run = await here.run();

    expect(here.github.state.comments).toHaveLength(1);
    expect(warned(run)).toEqual([]);
  });
});
