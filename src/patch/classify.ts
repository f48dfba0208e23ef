/**
 * What a mail is: a patch, a cover letter, a reply, a pull request, or
 * something else that may quote or attach a diff.
 */
import { type Damage, describeDamage, type FileDiff } from "./patch.ts";
import type { Subject } from "./subject.ts";

export type MessageKind = "patch" | "cover" | "reply" | "pull" | "other";

export interface Verdict {
  readonly kind: MessageKind;
  readonly reason: string | null;
}

interface MailFacts {
  readonly parsedSubject: Subject;
  readonly from: string | null;
  readonly inReplyTo: string | null;
  readonly files: readonly FileDiff[];
  readonly damage: readonly Damage[];
  readonly text: string;
}

/** Judges one mail alone; an untagged cover letter shows only beside its patches (`series.ts`). */
export function classify(mail: MailFacts): Verdict {
  return notAPatch(mail) ?? withoutDiff(mail) ?? withDiff(mail);
}

/** Mails that are no patch whatever they hold. */
function notAPatch(mail: MailFacts): Verdict | null {
  const { parsedSubject: subject } = mail;
  if (subject.isReply) return { kind: "reply", reason: "it answers another mail" };
  if (subject.isForward) return { kind: "other", reason: "it forwards another mail" };
  const announced = subject.isTaggedPatch ? null : announcement(mail);
  if (announced !== null) return announced;
  if (subject.tags.includes("pull")) return ASKS_TO_PULL;
  const unsafe = mail.damage.find((damage) => damage.kind === "unsafe");
  return unsafe === undefined ? null : { kind: "other", reason: `its diff names ${describeDamage(unsafe)}` };
}

const ASKS_TO_PULL: Verdict = { kind: "pull", reason: "it asks to pull a branch" };

/** Known by their words; a mail tagged as a patch may use the same words in its title. */
function announcement({ parsedSubject: { title }, from, text }: MailFacts): Verdict | null {
  if (
    /^(git\W+pull\b|pull\W+request\b)/i.test(title) ||
    /^are available in the git repository at:?/im.test(text)
  ) {
    return ASKS_TO_PULL;
  }
  if (/osstest/i.test(from ?? "") || /^\d+: (regressions|tolerable|all pass)/i.test(title)) {
    return { kind: "other", reason: "it is a report of the test system" };
  }
  if (/^xen security (advisory|notice)\b|^xsa-?\d+\b/i.test(title)) {
    return { kind: "other", reason: "it is a security advisory" };
  }
  return null;
}

function withoutDiff(mail: MailFacts): Verdict | null {
  const { parsedSubject: subject } = mail;
  if (subject.index === 0 && subject.total !== null)
    return { kind: "cover", reason: "it is the cover letter of a series" };
  if (mail.files.length > 0 || (mail.damage.length > 0 && subject.isTaggedPatch)) return null;
  if (subject.isTaggedPatch) return { kind: "other", reason: "it is tagged as a patch but holds no diff" };
  if (mail.inReplyTo !== null) return { kind: "reply", reason: "it answers another mail" };
  return { kind: "other", reason: "it holds no diff" };
}

function withDiff(mail: MailFacts): Verdict {
  const { parsedSubject: subject, inReplyTo } = mail;
  if (!subject.isTaggedPatch && subject.index === null && inReplyTo !== null) {
    return { kind: "reply", reason: "it answers another mail and is not tagged as a patch" };
  }
  return { kind: "patch", reason: foreignTreeReason(subject.tags) };
}

/** Subject tags of other repositories whose patches come over the same list. */
const FOREIGN_TREES: readonly (readonly [RegExp, string])[] = [
  [/^mini-?os$/, "Mini-OS"],
  [/^xtf$/, "the Xen Test Framework"],
  [/^qemu(-.*)?$/, "QEMU"],
  [/^(linux|kernel)(-.*)?$|-stable$/, "Linux"],
  [/^livepatch(-build(-tools)?)?$/, "livepatch-build-tools"],
  [/^osstest$/, "osstest"],
];

function foreignTreeReason(tags: readonly string[]): string | null {
  for (const tag of tags) {
    const tree = FOREIGN_TREES.find(([pattern]) => pattern.test(tag));
    if (tree !== undefined) return `the tag ${tag} says that it is for ${tree[1]}`;
  }
  return null;
}
