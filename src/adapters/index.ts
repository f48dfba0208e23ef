/** The outside: files, git, GitHub. Decides nothing about what to say. */

export { createTreeMemory, openTree, type TreeMemory } from "./base/open-tree.ts";
export { resolveBase } from "./base/resolve-base.ts";

export { openResultCache } from "./cache/open-cache.ts";

export { readBeside } from "./files/beside.ts";
export { readInputs } from "./files/input.ts";
export { placeOfSource, readSources } from "./files/source-files.ts";
export { watchFiles } from "./files/watch-files.ts";
export { checkedOutChange } from "./git/checked-out-change.ts";
export { commitChange } from "./git/commit-change.ts";
export { commitTree, shortId } from "./git/commit-tree.ts";
export { type Walk, type WalkedCommit, walkCommits } from "./git/commit-walk.ts";
export { openObjectReader } from "./git/object-reader.ts";
export { openRepository } from "./git/repository.ts";

export { openGitHub } from "./github/client.ts";
export { fetchPullRequestPatch, isPullRequestName } from "./github/pull-request.ts";
export { pullRequestHost } from "./github/pull-request-host.ts";
export { compareCommits, remoteChange, remoteTree } from "./github/remote-tree.ts";
export { proveSender } from "./mail/dkim.ts";
export { givenSource } from "./mail/files.ts";
export { folderOutlet, isStopped } from "./mail/folder-outlet.ts";
export { smtpOutlet } from "./mail/smtp.ts";
export { openSource } from "./mail/sources.ts";
export { readCheckPages } from "./packs/check-pages.ts";
export { readHighlights } from "./packs/highlights.ts";
export { loadPacks, loadPackTexts, packFiles } from "./packs/load-packs.ts";
export { openReplaySchemas, openStore } from "./store/lazy-store.ts";
