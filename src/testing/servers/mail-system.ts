/**
 * A mailing list on loopback out of Debian's parts: postfix takes mails and delivers them into
 * maildirs, public-inbox archives what goes to the list, dovecot serves the maildirs over IMAP.
 * postfix's master needs root, as in CI.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ended,
  freePort,
  HOW_TO_RUN_SERVERS,
  installed,
  type Running,
  removeFolder,
  scratchFolder,
  started,
  unprivileged,
  until,
} from "./server.ts";
import { listens } from "./smtp-sink.ts";

export interface MailSystem extends Running {
  readonly smtpPort: number;
  readonly imapPort: number;
  readonly imapPassword: string;
  /** The public-inbox v2 archive of the list. */
  readonly archive: string;
  /** The ids of the archived mails in one thread, as public-inbox puts it together. */
  readonly threadOf: (messageId: string) => readonly string[];
  /** The mails in somebody's maildir, by the part of the address before the @. */
  readonly mailsOf: (user: string) => readonly string[];
}

const LIST = "xen-devel@lists.example.org";
/** Each has a mailbox, as NAME@example.org. */
const PERSONS = ["ada", "bob", "olga", "bot"];

/** What is missing to run it; null when nothing is. */
export function missingMailParts(): string | null {
  const parts = {
    postfix: "/usr/sbin/postfix",
    "dovecot-imapd": "/usr/lib/dovecot/imap",
    "public-inbox": "/usr/bin/public-inbox-mda",
  };
  const missing = Object.entries(parts).flatMap(([name, path]) => (installed(path) === null ? [name] : []));
  if (missing.length > 0) return HOW_TO_RUN_SERVERS;
  return process.getuid?.() === 0 ? null : "postfix has to be started as root";
}

export async function startMailSystem(): Promise<MailSystem> {
  const folder = scratchFolder("mail");
  chmodSync(folder, 0o755);
  for (const name of ["postfix", "queue", "data", "mail", "home", "dovecot"]) mkdirSync(join(folder, name));
  const { uid = 0, gid = 0 } = unprivileged();
  for (const name of ["mail", "home"]) chownSync(join(folder, name), uid, gid);
  const [smtpPort, imapPort] = [await freePort(), await freePort()];
  const archive = makeArchive(folder);
  const stopPostfix = await startPostfix(folder, smtpPort);
  const dovecot = started("/usr/sbin/dovecot", ["-F", "-c", dovecotConfig(folder, imapPort)], {
    cwd: folder,
    asRoot: true,
  });
  await until("dovecot listens", () => listens(imapPort));
  return {
    smtpPort,
    imapPort,
    imapPassword: "secret",
    archive,
    threadOf: (messageId) => threadIn(archive, messageId),
    mailsOf: (user) => mailsIn(join(folder, "mail", user)),
    stop: async () => {
      await ended(dovecot);
      stopPostfix();
      removeFolder(folder);
    },
  };
}

function inboxEnv(folder: string): Record<string, string> {
  return { PATH: "/usr/bin:/bin", HOME: join(folder, "home"), PI_CONFIG: join(folder, "home/config") };
}

function makeArchive(folder: string): string {
  const archive = join(folder, "home/archive");
  const options = {
    cwd: join(folder, "home"),
    env: inboxEnv(folder),
    stdio: "ignore",
    ...unprivileged(),
  } as const;
  const url = "https://lists.example.org/xen-devel";
  execFileSync(
    "/usr/bin/public-inbox-init",
    ["-V2", "-L", "basic", "xen-devel", archive, url, LIST],
    options,
  );
  execFileSync(
    "git",
    ["config", "-f", join(folder, "home/config"), "publicinboxmda.spamcheck", "none"],
    options,
  );
  return archive;
}

async function startPostfix(folder: string, port: number): Promise<() => void> {
  const config = join(folder, "postfix");
  writeFileSync(join(config, "main.cf"), mainCf(folder));
  writeFileSync(join(config, "master.cf"), masterCf(folder, port));
  const postfix = (command: string) =>
    execFileSync("/usr/sbin/postfix", ["-c", config, command], { cwd: folder, stdio: "ignore" });
  chownSync(join(folder, "data"), idOf("postfix", "-u"), idOf("postfix", "-g"));
  postfix("start");
  await until("postfix listens", () => listens(port));
  return () => {
    postfix("stop");
  };
}

function idOf(user: string, flag: string): number {
  return Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
}

function mainCf(folder: string): string {
  const { uid = 0, gid = 0 } = unprivileged();
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.org
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = lists.example.org, example.org
virtual_mailbox_base = ${folder}/mail
virtual_mailbox_maps = inline:{ { ${LIST} = list/ }, ${PERSONS.map((name) => `{ ${name}@example.org = ${name}/ }`).join(", ")} }
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${gid}
recipient_bcc_maps = inline:{ { ${LIST} = list@archive.example.org } }
relay_domains = archive.example.org
transport_maps = inline:{ { archive.example.org = archive: } }
`;
}

function masterCf(folder: string, port: number): string {
  const { HOME = "", PI_CONFIG = "" } = inboxEnv(folder);
  const mda = `/usr/bin/env HOME=${HOME} PI_CONFIG=${PI_CONFIG} ORIGINAL_RECIPIENT=${LIST} /usr/bin/public-inbox-mda --no-precheck`;
  return `127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
archive unix - n n - 1 pipe
  flags= user=nobody argv=${mda}
`;
}

function dovecotConfig(folder: string, port: number): string {
  const { uid = 0, gid = 0 } = unprivileged();
  const file = join(folder, "dovecot.conf");
  writeFileSync(
    file,
    `base_dir = ${folder}/dovecot
state_dir = ${folder}/dovecot
log_path = /dev/null
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:${folder}/mail/%n
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 0
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail/%n
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`,
  );
  return file;
}

/** public-inbox's own module reads its index. */
const THREAD = `
my $ibx = PublicInbox::Inbox->new({ inboxdir => $ARGV[0] });
my @mails = @{$ibx->over->get_thread($ARGV[1])};
print join("\\n", sort map { $_->{mid} } @mails);
`;

function threadIn(archive: string, messageId: string): readonly string[] {
  const args = ["-MPublicInbox::Inbox", "-e", THREAD, archive, messageId];
  return execFileSync("/usr/bin/perl", args, { encoding: "utf8" }).split("\n");
}

function mailsIn(maildir: string): readonly string[] {
  return ["new", "cur"].flatMap((part) => {
    const folder = join(maildir, part);
    if (installed(folder) === null) return [];
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  });
}
