/**
 * Puts the action's folder onto a release tag: `node src/release.mjs TAG NOTES`.
 *
 * In:  a checkout at the tag, with `dist-action/` built; CHANGELOG.md has a section of the version.
 * Out: the tag, and the one of its major version, on a commit of its own behind the tagged one. The
 *      section is written to the file NOTES. The branch that the tag was made on stays as it is.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const FOLDER = "dist-action";
const WHO = {
  name: "github-actions[bot]",
  email: "41898282+github-actions[bot]@users.noreply.github.com",
};

function git(...args) {
  return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}

function versionOf(tag) {
  const [, version, major] = /^v((\d+)\.\d+\.\d+)$/.exec(tag ?? "") ?? [];
  if (version === undefined) throw new Error("name a tag such as v1.2.3, and a file for the notes");
  const { version: own } = JSON.parse(readFileSync("package.json", "utf8"));
  if (version !== own) throw new Error(`the tag is ${tag}, but package.json says ${own}`);
  return { version, major };
}

function sectionOf(version) {
  const sections = readFileSync("CHANGELOG.md", "utf8").split(/^(?=## )/m);
  const found = sections.find((text) => text.startsWith(`## [${version}]`));
  if (found === undefined) throw new Error(`CHANGELOG.md has no section "## [${version}]"`);
  return `${found.split("\n").slice(1).join("\n").trim()}\n`;
}

/** What the remote's tag is, and the commit that it leads to: the same but for a tag with a message. */
function remoteTag(tag) {
  const name = `refs/tags/${tag}`;
  const rows = git("ls-remote", "origin", name, `${name}^{}`).split("\n");
  const [id = ""] = rows[0]?.split("\t") ?? [];
  const [commit = ""] = rows.at(-1)?.split("\t") ?? [];
  return { id, commit };
}

/** Whether an earlier run has moved the tag from this commit. */
function isMoved(tag) {
  git("fetch", "--quiet", "--depth=2", "origin", `refs/tags/${tag}`);
  const [, parent] = git("rev-list", "--parents", "--max-count=1", "FETCH_HEAD").split(" ");
  return parent === git("rev-parse", "HEAD") && git("ls-tree", "--name-only", "FETCH_HEAD", FOLDER) !== "";
}

function putOnTags(tag, major) {
  const { id, commit } = remoteTag(tag);
  if (commit !== git("rev-parse", "HEAD")) {
    if (commit !== "" && isMoved(tag)) return;
    throw new Error(`this is not the commit that ${tag} names`);
  }
  git("checkout", "--quiet", "--detach");
  git("add", "--force", FOLDER);
  const who = ["-c", `user.name=${WHO.name}`, "-c", `user.email=${WHO.email}`];
  git(...who, "commit", "--quiet", "--message", `release: ${tag} with the action's folder`);
  const targets = [tag, `v${major}`].map((name) => `+HEAD:refs/tags/${name}`);
  // Whoever moves the tag meanwhile means something by it.
  git("push", "--quiet", `--force-with-lease=refs/tags/${tag}:${id}`, "origin", ...targets);
}

try {
  const [tag, notes] = process.argv.slice(2);
  const { version, major } = versionOf(tag);
  if (notes === undefined) throw new Error("name a file for the notes");
  if (!existsSync(`${FOLDER}/main.cjs`)) throw new Error(`${FOLDER} is not built: npm run bundle`);
  writeFileSync(notes, sectionOf(version));
  putOnTags(tag, major);
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
