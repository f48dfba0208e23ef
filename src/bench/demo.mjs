/**
 * `npm run demo`: reviews the patch mail of fixtures/demo and prints what a
 * maintainer reads: the review, and the reply mail under it.
 *
 * The built program is run as a user runs it. It exits with 1 when it finds
 * something, which is what the demonstration is about.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const patch = "fixtures/demo/protect-masters.patch";
const tree = "fixtures/demo/tree";

for (const format of ["text", "mail"]) {
  const args = ["review", patch, "--tree", tree, "--format", format];
  console.log(`\n$ lockspan ${args.join(" ")}\n`);
  const program = path.join(root, "dist/lockspan.js");
  const env = { FORCE_COLOR: "1", ...process.env };
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: "inherit", env });
  if (status !== 1) {
    console.error(`demo: the review exited with ${status}; 1 (findings) was expected`);
    process.exitCode = 1;
  }
}
