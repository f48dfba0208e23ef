/** A change that came without a mail, such as a pull request, as the one patch of a series. */
import type { Message } from "./message.ts";
import type { FileDiff } from "./patch.ts";
import type { Patch } from "./select-patches.ts";
import { parseSubject } from "./subject.ts";

export interface UnmailedChange {
  readonly subject: string;
  readonly author: string;
  readonly files: readonly FileDiff[];
}

export function unmailedPatch({ subject, author, files }: UnmailedChange): Patch {
  return {
    message: messageOf({ subject, author, files }),
    subject,
    messageId: "",
    author,
    index: 1,
    total: 1,
    revision: 1,
    files,
    alternatives: [],
  };
}

function messageOf({ subject, author, files }: UnmailedChange): Message {
  return {
    messageId: "",
    hasOwnId: false,
    subject,
    parsedSubject: parseSubject(subject),
    author,
    sender: "",
    from: null,
    replyTo: null,
    to: null,
    cc: null,
    date: null,
    listId: null,
    autoSubmitted: null,
    inReplyTo: null,
    references: [],
    kind: "patch",
    reason: null,
    files,
    damage: [],
    alternatives: [],
    commit: null,
    text: "",
    baseCommit: null,
    prerequisites: [],
  };
}
