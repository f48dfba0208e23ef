/** A real repository for a test: files, commits, and git's own answer to what changed between two. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TreeFile {
  readonly mode: string;
  readonly path: string;
  readonly blob: string;
}

export interface DiffFile {
  readonly status: "added" | "removed" | "modified" | "renamed";
  readonly oldPath: string;
  readonly path: string;
  readonly blob: string;
  /** From the first `@@` on; null where there is no hunk. */
  readonly patch: string | null;
}

export interface SampleRepository {
  readonly folder: string;
  /** Commits these texts on top of a commit; null removes a file. */
  readonly commit: (texts: Readonly<Record<string, string | null>>, parent?: string) => string;
  /** Whatever else a test wants of git. */
  readonly git: (...args: readonly string[]) => string;
  readonly treeOf: (commit: string) => readonly TreeFile[];
  readonly blob: (id: string) => Buffer | null;
  readonly mergeBase: (base: string, head: string) => string;
  readonly diff: (base: string, head: string) => readonly DiffFile[];
  readonly remove: () => void;
}

const WHO = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org" };
const ENV = {
  ...WHO,
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  PATH: process.env["PATH"],
};

export function sampleRepository(): SampleRepository {
  const folder = mkdtempSync(join(tmpdir(), "lockspan-github-"));
  const raw = (args: readonly string[]) =>
    execFileSync("git", args, {
      cwd: folder,
      env: ENV,
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "pipe"],
    });
  const git = (...args: readonly string[]) => raw(args).toString("utf8").trim();
  git("init", "-q", "-b", "main", "--template=");
  let head: string | null = null;
  const remembered = new Map<string, unknown>();
  // Between two commits nothing ever changes.
  const once = <T>(key: string, work: () => T): T => {
    if (!remembered.has(key)) remembered.set(key, work());
    return remembered.get(key) as T;
  };
  return {
    folder,
    git,
    commit: (texts, parent) => {
      if (parent !== undefined && parent !== head) git("checkout", "-q", "--detach", parent);
      for (const [path, text] of Object.entries(texts)) {
        const file = join(folder, path);
        if (text === null) {
          rmSync(file);
          continue;
        }
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      git("add", "-A");
      git("commit", "-q", "--allow-empty", "-m", "a change");
      head = git("rev-parse", "HEAD");
      return head;
    },
    treeOf: (commit) =>
      once(`tree ${commit}`, () =>
        git("ls-tree", "-r", "-z", commit)
          .split("\0")
          .flatMap((row) => {
            const [, mode = "", blob = "", path = ""] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(row) ?? [];
            return path === "" ? [] : [{ mode, blob, path }];
          }),
      ),
    blob: (id) => {
      try {
        return raw(["cat-file", "blob", id]);
      } catch {
        return null;
      }
    },
    mergeBase: (base, head) => once(`parting ${base} ${head}`, () => git("merge-base", base, head)),
    diff: (base, head) =>
      once(`diff ${base} ${head}`, () => {
        const options = ["-M", "--no-color", "--full-index"];
        const rows = git("diff", ...options, "--raw", "-z", "--no-abbrev", base, head).split("\0");
        const texts = raw(["diff", ...options, base, head])
          .toString("utf8")
          .split(/^(?=diff --git )/m)
          .filter((text) => text !== "");
        return entriesOf(rows).map((entry, at) => ({ ...entry, patch: patchOf(texts[at] ?? "") }));
      }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const STATUS = { A: "added", D: "removed", M: "modified", R: "renamed", T: "modified" } as const;

function entriesOf(parts: readonly string[]): Omit<DiffFile, "patch">[] {
  const entries: Omit<DiffFile, "patch">[] = [];
  for (let at = 0; at < parts.length; ) {
    const [, old = "", blob = "", letter = ""] = /^:\d+ \d+ (\w+) (\w+) ([A-Z])/.exec(parts[at] ?? "") ?? [];
    if (letter === "") break;
    const isMove = letter === "R";
    const [first = "", second = first] = parts.slice(at + 1, at + (isMove ? 3 : 2));
    at += isMove ? 3 : 2;
    const status = STATUS[letter as keyof typeof STATUS];
    entries.push({ status, oldPath: first, path: second, blob: status === "removed" ? old : blob });
  }
  return entries;
}

function patchOf(text: string): string | null {
  const at = text.search(/^@@ /m);
  return at === -1 ? null : text.slice(at).replace(/\n$/, "");
}
