/** What `lockspan bot status` prints, and the same counts for Prometheus. */
import { type Counts, MAIL_STATES, OUTBOX_STATES, type OutboxEntry } from "../review/index.ts";

export interface StatusFacts {
  readonly where: string;
  readonly mode: string;
  readonly isStopped: boolean;
  readonly counts: Counts;
  /** What maintainers switched by mail, by section. */
  readonly sections: ReadonlyMap<string, string>;
  /** What a person has to decide: uncertain and moderated ones. */
  readonly asking: readonly OutboxEntry[];
}

export function statusText({ where, mode, isStopped, counts, sections, asking }: StatusFacts): string {
  const rows: string[] = [
    row("state", where),
    row("mode", isStopped ? `${mode}, stopped: nothing leaves while the stop file is there` : mode),
    ...counts.sources.map(({ name, at }, index) =>
      row(index === 0 ? "sources" : "", `${name}, read at ${at.toISOString()}`),
    ),
    row("mails", tally(counts.mails, MAIL_STATES)),
    row("reviews", tally(counts.reviews, ["findings", "silent", "not-applied", "damaged", "not-reviewed"])),
    row("findings", tally(counts.findings, ["open", "answered", "dismissed", "retracted"])),
    row("outbox", tally(counts.outbox, OUTBOX_STATES)),
    row("opted out", String(counts.optedOut)),
    ...[...sections]
      .sort()
      .map(([name, switched], index) => row(index === 0 ? "sections" : "", `${name}: ${switched}, by mail`)),
  ];
  const asked = asking.map(({ messageId, subject, state }) => `  ${state}  ${messageId}  ${subject}`);
  const ask = asking.length === 0 ? [] : ["", "asks for you (lockspan bot release or drop ID):", ...asked];
  return `${[...rows, ...ask].join("\n").replace(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, "?")}\n`;
}

function row(name: string, text: string): string {
  return `${name.padEnd(10)}  ${text}`;
}

function tally(counts: Readonly<Partial<Record<string, number>>>, order: readonly string[]): string {
  const parts = order.flatMap((key) => (counts[key] === undefined ? [] : [`${counts[key]} ${key}`]));
  return parts.length === 0 ? "none" : parts.join(", ");
}

/** The text that Prometheus reads. */
export function metricsText({ counts, isStopped }: StatusFacts): string {
  return [
    ...gauge("lockspan_mails", "Mails by state.", "state", counts.mails),
    ...gauge("lockspan_mails_by_kind", "Mails by kind.", "kind", counts.kinds),
    ...gauge("lockspan_reviews", "Reviews by outcome.", "outcome", counts.reviews),
    ...gauge("lockspan_findings", "Findings that were told, by state.", "state", counts.findings),
    ...gauge("lockspan_outbox", "Outgoing mails by state.", "state", counts.outbox),
    "# HELP lockspan_opted_out Persons who want no mail.",
    "# TYPE lockspan_opted_out gauge",
    `lockspan_opted_out ${counts.optedOut}`,
    "# HELP lockspan_stopped Whether the stop file is there.",
    "# TYPE lockspan_stopped gauge",
    `lockspan_stopped ${isStopped ? 1 : 0}`,
    "# HELP lockspan_source_read_timestamp_seconds When a source last moved.",
    "# TYPE lockspan_source_read_timestamp_seconds gauge",
    ...counts.sources.map(
      ({ name, at }) =>
        `lockspan_source_read_timestamp_seconds{source="${labelValue(name)}"} ${Math.floor(at.getTime() / 1000)}`,
    ),
    "",
  ].join("\n");
}

function gauge(
  name: string,
  help: string,
  label: string,
  values: Readonly<Partial<Record<string, number>>>,
): string[] {
  const rows = Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...rows.map(([key, value]) => `${name}{${label}="${labelValue(key)}"} ${value ?? 0}`),
  ];
}

function labelValue(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
