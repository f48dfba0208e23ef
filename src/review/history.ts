/**
 * What a history would have been told, commit by commit, and how long each finding was there.
 *
 * In:  the verdicts of its commits, oldest first, as they come.
 * Out: the commits that were told something, and a life for each finding but those that only the
 *      comparison of two versions has. Only these are kept.
 */
import { baseFingerprintOf, STEP_CHECKS } from "../findings/index.ts";
import type { Profile } from "../rules/index.ts";
import type { CommitVerdict, HistoryFinding } from "./commit-verdict.ts";

export interface CommitFacts {
  readonly id: string;
  readonly author: string;
  /** `2026-11-27` */
  readonly date: string;
  readonly subject: string;
}

/** A commit that was told something, or of which something was not seen. */
export interface HistoryCommit extends CommitFacts, Omit<CommitVerdict, "moved"> {
  /** Its place in the row of all commits, from 0. */
  readonly at: number;
  /** Why it has no verdict; null where it has one. */
  readonly failed: string | null;
}

/** A finding from the commit that brought it to the one that mended it. */
export interface FindingLife {
  /** As it was told when it came; of one that was there before the first commit, as it was told when it went. */
  readonly finding: HistoryFinding;
  /** Null where it was there before the first commit. */
  readonly from: HistoryCommit | null;
  /** The commit that made a race possible that was none when the finding came. */
  readonly woken: HistoryCommit | null;
  /** The commit that mended it, or took it away with its code. */
  readonly to: HistoryCommit | null;
}

export interface History {
  readonly profile: Profile;
  readonly range: {
    /** Ids of commits. */
    readonly since: string | null;
    readonly until: string;
    readonly paths: readonly string[];
  };
  readonly counts: {
    /** Without merges. */
    readonly commits: number;
    /** Those that change a C file, and so were reviewed. */
    readonly reviewed: number;
  };
  readonly commits: readonly HistoryCommit[];
  /** In the order in which they came. */
  readonly lives: readonly FindingLife[];
}

type Open = { -readonly [Key in keyof FindingLife]: FindingLife[Key] };

export class HistoryBook {
  readonly #commits: HistoryCommit[] = [];
  readonly #lives: Open[] = [];
  /** By fingerprint without ordinal, the oldest first. */
  readonly #open = new Map<string, Open[]>();

  /** @param verdict what became of the commit; a text where its review failed */
  add(at: number, facts: CommitFacts, verdict: CommitVerdict | string): void {
    const none = { told: [], touched: 0, gaps: 0, leftAside: [] };
    const { moved, ...seen } = typeof verdict === "string" ? { ...none, moved: [] } : verdict;
    const failed = typeof verdict === "string" ? verdict : null;
    const commit: HistoryCommit = { ...facts, ...seen, at, failed };
    if (seen.told.length > 0 || seen.leftAside.length > 0 || failed !== null) this.#commits.push(commit);
    for (const finding of seen.told) if (finding.change === "fixed") this.#close(finding, commit);
    this.#rename(moved);
    for (const finding of seen.told) {
      if (STEP_CHECKS.has(finding.check)) continue;
      if (finding.change === "exposed" && this.#wake(finding, commit)) continue;
      if (finding.change !== "fixed") this.#start(finding, commit);
    }
  }

  end(about: Pick<History, "profile" | "range" | "counts">): History {
    return { ...about, commits: this.#commits, lives: this.#lives };
  }

  #start(finding: HistoryFinding, from: HistoryCommit): void {
    const life: Open = { finding, from, woken: null, to: null };
    this.#lives.push(life);
    this.#keep(baseFingerprintOf(finding.fingerprint), life);
  }

  #keep(key: string, life: Open): void {
    const others = this.#open.get(key);
    if (others === undefined) this.#open.set(key, [life]);
    else others.push(life);
  }

  #close(finding: HistoryFinding, to: HistoryCommit): void {
    const key = baseFingerprintOf(finding.fingerprint);
    const lives = this.#open.get(key);
    const life = lives?.shift();
    if (lives?.length === 0) this.#open.delete(key);
    if (life === undefined) this.#lives.push({ finding, from: null, woken: null, to });
    else life.to = to;
  }

  /** A finding that was told when it came and is exposed now is the same one. */
  #wake(finding: HistoryFinding, by: HistoryCommit): boolean {
    const asleep = this.#open
      .get(baseFingerprintOf(finding.fingerprint))
      ?.find((life) => life.woken === null && life.finding.status !== "live");
    if (asleep === undefined) return false;
    asleep.woken = by;
    return true;
  }

  /** All at once: two functions may have changed names with each other. */
  #rename(moved: CommitVerdict["moved"]): void {
    const taken = moved.map(([from, to]) => {
      const lives = this.#open.get(from);
      const life = lives?.shift();
      if (lives?.length === 0) this.#open.delete(from);
      return { to, life };
    });
    for (const { to, life } of taken) if (life !== undefined) this.#keep(to, life);
  }
}
