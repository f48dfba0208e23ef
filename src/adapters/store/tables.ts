/** The tables of the store as Kysely sees them; `migrations.ts` makes them. */
import type { Generated } from "kysely";
import type {
  FindingState,
  KnownReview,
  MailState,
  Mode,
  OutboxState,
  Outgoing,
} from "../../review/index.ts";

export interface Tables {
  readonly mail: MailTable;
  readonly mail_copy: MailCopyTable;
  readonly source: SourceTable;
  readonly source_item: { readonly source: string; readonly item: string };
  readonly review: ReviewTable;
  readonly outbox: OutboxTable;
  readonly told_finding: ToldFindingTable;
  readonly opt_out: { readonly address: string; readonly evidence: string; readonly at: Date };
  readonly section_switch: {
    readonly section: string;
    readonly mode: Mode | "off";
    readonly evidence: string;
    readonly at: Date;
  };
  readonly happening: {
    readonly id: Generated<number>;
    readonly at: Date;
    readonly about: string;
    readonly what: string;
  };
}

export interface MailTable {
  readonly message_id: string;
  readonly raw: Buffer;
  readonly digest: string;
  readonly source: string;
  readonly received_at: Date;
  readonly sender: string;
  readonly subject: string;
  readonly root: string;
  readonly parent: string | null;
  readonly kind: string;
  readonly state: MailState;
  readonly reason: string | null;
  readonly due_at: Date | null;
  readonly review_id: string | null;
}

interface MailCopyTable {
  readonly message_id: string;
  readonly digest: string;
  readonly source: string;
  readonly seen_at: Date;
}

interface SourceTable {
  readonly name: string;
  readonly position: string;
  readonly at: Date;
}

export interface ReviewTable {
  readonly id: string;
  readonly lineage: string;
  readonly subject: string;
  readonly author: string;
  readonly revision: number;
  /** A JSON array, as text. */
  readonly parts: string;
  readonly base: string | null;
  readonly outcome: KnownReview["outcome"];
  readonly note: string;
  readonly document: string | null;
  readonly created_at: Date;
}

export interface OutboxTable {
  readonly message_id: string;
  readonly parent: string;
  readonly purpose: Outgoing["purpose"];
  readonly author: string;
  readonly subject: string;
  readonly raw: Buffer;
  /** A JSON array, as text. */
  readonly recipients: string;
  readonly mode: Mode;
  readonly due_at: Date;
  readonly review_id: string | null;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly created_at: Date;
  readonly claimed_at: Date | null;
  readonly token: string | null;
  readonly sent_at: Date | null;
  readonly note: string | null;
  readonly answered_at: Date | null;
}

export interface ToldFindingTable {
  readonly fingerprint: string;
  readonly told_in: string;
  readonly lineage: string;
  readonly check_id: string;
  readonly function_name: string;
  readonly state: FindingState;
}
