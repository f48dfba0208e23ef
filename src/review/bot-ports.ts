/**
 * What the mailing-list bot needs from the outside: its memory, where mails come
 * from, and where replies go. `adapters/` implements these; `bot/` decides.
 *
 * Message ids have their angle brackets. Times are given by the caller: the store
 * has no clock of its own.
 */

/**
 * `held`: a direct copy that waits for the list's; `left`: not for us; `waiting`: until it
 * is settled; `queued`: a worker has it or will; `incomplete`: parts are missing.
 */
export const MAIL_STATES = ["held", "left", "waiting", "queued", "reviewed", "incomplete", "failed"] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** A mail as it came, with what was read of it. */
export interface KnownMail {
  readonly messageId: string;
  readonly raw: Uint8Array;
  /** Of what a reader sees: two copies of one mail have the same, whatever servers wrote above them. */
  readonly digest: string;
  readonly source: string;
  readonly receivedAt: Date;
  /** Lower case. */
  readonly sender: string;
  readonly subject: string;
  /** The oldest mail of the thread that its headers name; its own id without. */
  readonly root: string;
  readonly parent: string | null;
  readonly kind: string;
  readonly state: MailState;
  /** Why it is in that state, in words; null where the state says all. */
  readonly reason: string | null;
  /** When it is settled; null for a mail that nothing waits for. */
  readonly dueAt: Date | null;
  readonly reviewId: string | null;
}

export type NewMail = Omit<KnownMail, "reviewId">;

/** `released`: the list's copy of a mail that was held; `other-body`: the id is known with another text. */
export type Reception = "new" | "copy" | "released" | "other-body" | "own";

export interface Outgoing {
  readonly messageId: string;
  /** The mail that it answers. */
  readonly parent: string;
  readonly purpose: "review" | "retraction" | "moderation";
  /** Lower-case address of the person whose patch it is about: mails are counted by it. */
  readonly author: string;
  readonly subject: string;
  readonly raw: Uint8Array;
  readonly recipients: readonly string[];
  readonly mode: Mode;
  /** Not before: the embargo. */
  readonly dueAt: Date;
}

export const MODES = ["dry-run", "moderate", "send"] as const;
export type Mode = (typeof MODES)[number];

/**
 * `ready`: may leave; `claimed`: a worker has it and the server has seen nothing of it; `offered`:
 * the server may have it; `moderated`: a person has to release it; `uncertain`: a person has to find out.
 */
export const OUTBOX_STATES = [
  "ready",
  "claimed",
  "offered",
  "sent",
  "written",
  "moderated",
  "uncertain",
  "refused",
  "dropped",
] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

export interface OutboxEntry extends Outgoing {
  readonly reviewId: string | null;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  /** What the server said, or why it did not leave. */
  readonly note: string | null;
  readonly answeredAt: Date | null;
}

/** A claim is proved by its token: who lost it to another worker may not go on. */
export interface ClaimedEntry extends OutboxEntry {
  readonly token: string;
}

export type FindingState = "open" | "answered" | "dismissed" | "retracted";

export interface ToldFinding {
  readonly fingerprint: string;
  /** The reply that told it. */
  readonly toldIn: string;
  readonly lineage: string;
  readonly check: string;
  readonly function: string;
  readonly state: FindingState;
}

/** The verdict on a series; `outcome` other than `findings` and `silent` says why there was none. */
export interface KnownReview {
  readonly id: string;
  /** The same for all revisions of one series. */
  readonly lineage: string;
  readonly subject: string;
  readonly author: string;
  readonly revision: number;
  readonly parts: readonly string[];
  readonly base: string | null;
  readonly outcome: "findings" | "silent" | "not-applied" | "damaged" | "not-reviewed";
  /** How the base was found, or why there is no review. */
  readonly note: string;
  /** The JSON document; null without a review. */
  readonly document: string | null;
  readonly createdAt: Date;
}

export interface NewReview {
  readonly review: KnownReview;
  /** Every mail that the verdict is about: parts, cover and extra ones. */
  readonly mails: readonly string[];
  readonly replies: readonly { readonly mail: Outgoing; readonly findings: readonly NewFinding[] }[];
}

export type NewFinding = Pick<ToldFinding, "fingerprint" | "check" | "function">;

export interface Job {
  readonly id: string;
  readonly messageId: string;
}

/** A line of a mail's story. */
export interface Happening {
  readonly at: Date;
  readonly about: string;
  readonly what: string;
}

export interface Counts {
  readonly mails: Readonly<Partial<Record<MailState, number>>>;
  readonly kinds: Readonly<Record<string, number>>;
  readonly outbox: Readonly<Partial<Record<OutboxState, number>>>;
  readonly reviews: Readonly<Partial<Record<KnownReview["outcome"], number>>>;
  readonly findings: Readonly<Partial<Record<FindingState, number>>>;
  readonly sources: readonly { readonly name: string; readonly position: string; readonly at: Date }[];
  readonly optedOut: number;
}

export interface MailMemory {
  /** Null for a source that is new. */
  readonly positionOf: (source: string) => Promise<string | null>;
  /** Of one batch: all mails are kept and the source's position moves, or nothing happens. */
  readonly receive: (batch: ReceivedBatch) => Promise<readonly Reception[]>;
  readonly mail: (messageId: string) => Promise<KnownMail | null>;
  /** Mails of these threads, and those of the sender in the stretch of time; not the held and the left ones. */
  readonly neighbours: (question: NeighbourQuestion) => Promise<readonly KnownMail[]>;
  /** A patch of the sender that came before and that some worker has or will have; null without. */
  readonly queuedBefore: (question: QueuedQuestion) => Promise<string | null>;
  /** Items of a source that have not been seen, of those given. */
  readonly unseen: (source: string, items: readonly string[]) => Promise<readonly string[]>;
  /** What stays undone for a reason: `incomplete`, `failed`, `left`. */
  readonly settle: (
    messageIds: readonly string[],
    state: MailState,
    reason: string,
    at: Date,
  ) => Promise<void>;
  readonly story: (about: readonly string[]) => Promise<readonly Happening[]>;
  /** What was kept while a clock ran ahead is taken as of `now`. @returns how many mails and replies */
  readonly setRight: (now: Date) => Promise<number>;
}

export interface ReceivedBatch {
  readonly source: string;
  readonly position: string;
  readonly at: Date;
  readonly mails: readonly NewMail[];
  /** Names of what was read, for sources that have no order. */
  readonly items?: readonly string[];
}

export interface NeighbourQuestion {
  readonly roots: readonly string[];
  readonly ids: readonly string[];
  readonly sender: string;
  readonly from: Date;
  readonly until: Date;
}

export interface QueuedQuestion {
  readonly sender: string;
  readonly before: Date;
  readonly except: readonly string[];
}

export interface WorkQueue {
  /** Hands settled mails to the workers; each once. @returns how many */
  readonly plan: (now: Date) => Promise<number>;
  readonly take: () => Promise<Job | null>;
  readonly finish: (job: Job) => Promise<void>;
  /** Not settled after all: the mail waits again. */
  readonly defer: (job: Job, until: Date, reason: string, now: Date) => Promise<void>;
}

export interface ReviewMemory {
  readonly review: (id: string) => Promise<KnownReview | null>;
  /** Newest first. */
  readonly reviewsBy: (author: string) => Promise<readonly KnownReview[]>;
  readonly reviewOf: (messageId: string) => Promise<KnownReview | null>;
  /** The verdict, its replies and what they tell, all or nothing. @returns false when it was there already */
  readonly keepReview: (review: NewReview) => Promise<boolean>;
  /** Without their documents, oldest first. */
  readonly reviews: () => Promise<readonly KnownReview[]>;
  readonly told: (lineage: string) => Promise<readonly ToldFinding[]>;
  readonly toldIn: (messageId: string) => Promise<readonly ToldFinding[]>;
  readonly mark: (toldIn: string, fingerprints: readonly string[], state: FindingState) => Promise<void>;
}

export interface Outbox {
  readonly entry: (messageId: string) => Promise<OutboxEntry | null>;
  readonly answersTo: (parent: string) => Promise<readonly OutboxEntry[]>;
  readonly inState: (state: OutboxState, limit: number) => Promise<readonly OutboxEntry[]>;
  /** @returns false when there is one already */
  readonly add: (mail: Outgoing, now: Date) => Promise<boolean>;
  readonly claim: (now: Date) => Promise<ClaimedEntry | null>;
  /** Before the server gets the text. @returns false when the claim was lost: the mail must not leave */
  readonly offer: (claimed: ClaimedEntry, now: Date) => Promise<boolean>;
  readonly conclude: (claimed: ClaimedEntry, conclusion: Conclusion, now: Date) => Promise<void>;
  /** What a worker left behind that died or hangs since before `since`. @returns what became uncertain */
  readonly recover: (since: Date, now: Date) => Promise<readonly string[]>;
  /** A person's decision: `ready` means sent for good, whatever the mode was. @returns false when it is in none of `from` */
  readonly move: (messageId: string, move: Move, now: Date) => Promise<boolean>;
  readonly answered: (messageId: string, at: Date) => Promise<void>;
  /** Mails that left or may have left since then: all, or about one author's patches. */
  readonly leftSince: (since: Date, author: string | null) => Promise<number>;
}

export interface Move {
  readonly from: readonly OutboxState[];
  readonly to: "ready" | "dropped";
  readonly note: string;
}

export type Conclusion =
  | { readonly kind: "sent" | "written" | "refused" | "uncertain" | "moderated"; readonly note: string }
  | { readonly kind: "later"; readonly until: Date; readonly note: string };

export interface Wishes {
  readonly optOut: (address: string, evidence: string, at: Date) => Promise<void>;
  readonly optIn: (address: string, evidence: string, at: Date) => Promise<void>;
  readonly optedOut: () => Promise<ReadonlySet<string>>;
  readonly setSection: (section: string, mode: Mode | "off", evidence: string, at: Date) => Promise<void>;
  readonly sections: () => Promise<ReadonlyMap<string, Mode | "off">>;
}

/** The bot's memory: one of these, whether embedded or on a server. */
export interface Store extends MailMemory, WorkQueue, ReviewMemory, Outbox, Wishes {
  readonly where: string;
  readonly counts: () => Promise<Counts>;
  readonly close: () => Promise<void>;
}

/** A place that mails come from: an archive, a mailbox, a file. */
export interface MailSource {
  /** Its position is remembered under this name. */
  readonly name: string;
  /** Whether all its mails came over the list, even those without a List-Id. */
  readonly isList: boolean;
  /**
   * What is new since `position`, in batches whose position is to be kept with them.
   *
   * @param position null for a source that was never read: it starts at `since`, or else now
   * @throws {ServiceError} when the source does not answer; nothing of an unkept batch is lost
   */
  readonly read: (position: string | null, asked: SourceQuestion) => AsyncIterable<SourceBatch>;
  readonly close: () => Promise<void>;
}

export interface SourceQuestion {
  readonly since: Date | null;
  /** Mails that came at that time or later are left out; null without an end. */
  readonly until: Date | null;
  readonly now: Date;
  readonly unseen: MailMemory["unseen"];
}

export interface SourceBatch {
  readonly mails: readonly RawMail[];
  readonly position: string;
  readonly items?: readonly string[];
  /** What a person should know: the archive was rewritten. */
  readonly notice?: string;
  /** How many mails are still to come; null when the source cannot tell. */
  readonly left: number | null;
}

export interface RawMail {
  readonly bytes: Uint8Array;
  /** When the source got it. */
  readonly receivedAt: Date;
}

/** Where replies go: a mail server, or a folder. */
export interface Outlet {
  /**
   * @param offer asked before anybody outside sees the text; when it answers false the mail stays here
   * @returns what became of it; never throws for what a server answers
   */
  readonly deliver: (mail: Parcel, offer: () => Promise<boolean>) => Promise<Conclusion>;
}

export interface Parcel {
  readonly messageId: string;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly raw: Uint8Array;
  /** Of the conclusion that puts it off. */
  readonly now: Date;
  readonly attempts: number;
}
