/**
 * File names in diffs: git's quoting, the `a/` and `b/` prefixes, time stamps
 * behind names, and the names that must never be opened.
 */

/** `/dev/null`, which stands for "no file on this side". */
const NO_FILE = "/dev/null";

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "\\": 92,
};

/** Undoes git's C-style quoting; a name without quotes comes back as it is, a broken one as null. */
export function unquoteName(quoted: string): string | null {
  if (!quoted.startsWith('"')) return quoted;
  if (quoted.length < 2 || !quoted.endsWith('"')) return null;
  const bytes: number[] = [];
  const body = quoted.slice(1, -1);
  const pieces = body.match(/\\[0-3][0-7]{2}|\\.|[^\\]+|\\$/gsu) ?? [];
  for (const piece of pieces) {
    if (!piece.startsWith("\\")) for (const byte of new TextEncoder().encode(piece)) bytes.push(byte);
    else if (piece.length === 4) bytes.push(Number.parseInt(piece.slice(1), 8));
    else {
      const code = ESCAPES[piece.slice(1)];
      if (code === undefined) return null;
      bytes.push(code);
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** The name in a `---` or `+++` line, without time stamp; null for `/dev/null`, empty when its quotes are broken. */
export function sideName(text: string): string | null {
  const cut = text.startsWith('"') ? text.replace(/"[^"]*$/, '"') : withoutTimeStamp(text);
  const name = unquoteName(cut.trimEnd());
  return name === NO_FILE ? null : (name ?? "");
}

function withoutTimeStamp(text: string): string {
  const tab = text.indexOf("\t");
  if (tab !== -1) return text.slice(0, tab);
  return text.replace(/\s\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*$/, "");
}

export interface SideNames {
  readonly oldName: string | null;
  readonly newName: string | null;
}

/**
 * Takes the prefixes off the two names of a diff.
 *
 * `a/x` and `b/x`, `xen.orig/x` and `xen/x`: the first component goes. Equal
 * names have no prefix. A side that stands alone loses `a/` or `b/` only.
 */
export function withoutPrefixes({ oldName, newName }: SideNames): SideNames {
  if (oldName === null || newName === null) {
    return { oldName: withoutPrefix(oldName, "a/"), newName: withoutPrefix(newName, "b/") };
  }
  if (oldName === newName) return { oldName, newName };
  if (tailOf(oldName) !== null && tailOf(oldName) === tailOf(newName)) {
    return { oldName: tailOf(oldName), newName: tailOf(newName) };
  }
  if (oldName === `${newName}.orig` || oldName === `${newName}~`) return { oldName: newName, newName };
  if (oldName.startsWith("a/") && newName.startsWith("b/")) {
    return { oldName: oldName.slice(2), newName: newName.slice(2) };
  }
  return { oldName, newName };
}

function withoutPrefix(name: string | null, prefix: string): string | null {
  return name?.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function tailOf(name: string): string | null {
  const slash = name.indexOf("/");
  return slash === -1 ? null : name.slice(slash + 1);
}

/** Why a name must not be opened, as a phrase; null when it is a plain name inside the tree. */
export function unsafeNameReason(name: string): string | null {
  if (name === "") return "an empty file name";
  if (name.includes("\0")) return "a file name with a NUL byte";
  if (/[\n\r]/.test(name)) return "a file name with a line end";
  if (name.includes("\\")) return "a file name with a backslash";
  if (name.startsWith("/") || /^[A-Za-z]:/.test(name)) return "an absolute file name";
  const parts = name.split("/");
  if (parts.includes("..")) return 'a file name with ".."';
  if (parts.includes("") || parts.includes(".")) return "a file name with an empty component";
  if (parts.some((part) => part.toLowerCase() === ".git")) return "a file name inside .git";
  return null;
}
