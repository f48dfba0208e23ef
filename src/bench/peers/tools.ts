/**
 * The tools that people use, each with what can be given to it in reasonable time: the lock
 * primitives of our platform pack, and where it can take them the guards of our rule packs.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Platform } from "../../drivers/index.ts";
import { type Alarm, linesOf, starredLines } from "./alarms.ts";
import { type Annotations, annotated } from "./annotate.ts";
import {
  clangStyle,
  definedIn,
  type PreludeStyle,
  type Primitive,
  preludeOf,
  primitivesOf,
  smatchStyle,
  sparseStyle,
} from "./lock-prelude.ts";
import { semanticPatch } from "./semantic-patch.ts";
import { COMPILER, programPath, type XenBuild } from "./xen-build.ts";

export interface Peer {
  readonly name: string;
  readonly version: string;
  /** For the reader of the table. */
  readonly given: string;
  /** Whether it reads the headers of the build. */
  readonly needsBuild: boolean;
  /** What it reads in place of the file. */
  readonly textFor: (text: string, annotations: Annotations) => string;
  readonly command: (file: string, annotations: Annotations) => readonly string[];
  /** What it says of locks in that file; of a tool that has no check for locks, all that it says. */
  readonly alarms: (output: string, file: string) => Alarm[];
}

export interface PeerParts {
  readonly build: XenBuild;
  readonly platform: Platform;
  readonly scratch: string;
}

interface Given extends PeerParts {
  readonly primitives: readonly Primitive[];
  readonly headers: readonly string[];
  /** Writes a file of the scratch folder. @returns its path */
  readonly write: (name: string, text: string) => string;
}

const PEERS: Readonly<Record<string, (program: string, given: Given) => Omit<Peer, "name" | "version">>> = {
  clang: clangPeer,
  sparse: sparsePeer,
  smatch: smatchPeer,
  spatch: spatchPeer,
  gcc: gccPeer,
  cppcheck: cppcheckPeer,
};

/** What each is called in the table, and in the line that says that it is not there. */
const TITLES: Readonly<Record<string, string>> = {
  clang: "clang -Wthread-safety",
  sparse: "sparse",
  smatch: "smatch",
  spatch: "coccinelle",
  gcc: "gcc -fanalyzer",
  cppcheck: "cppcheck",
};

/** In the order of the table. */
export const TOOL_NAMES: readonly string[] = Object.values(TITLES);

/** @returns those that are installed, and one line for each that is not */
export function findPeers(parts: PeerParts): {
  readonly peers: readonly Peer[];
  readonly missing: readonly string[];
} {
  const given = givenOf(parts);
  const peers: Peer[] = [];
  const missing: string[] = [];
  for (const [name, make] of Object.entries(PEERS)) {
    const program = programPath(name === "gcc" ? COMPILER : name);
    if (program === null) missing.push(`${TITLES[name]} is not installed: it is left out`);
    else peers.push({ name: TITLES[name] ?? name, version: versionOf(program), ...make(program, given) });
  }
  return { peers, missing };
}

function givenOf(parts: PeerParts): Given {
  const names = primitivesOf(parts.platform);
  const found = headersWith(
    parts.build.folder,
    names.map(({ name }) => name),
  );
  const primitives = names.filter(({ name }) => [...found.values()].some((each) => each.includes(name)));
  const headers = ["xen/sched.h", ...[...found.keys()].filter((header) => header !== "xen/sched.h")];
  const write = (name: string, text: string) => {
    const path = join(parts.scratch, name);
    writeFileSync(path, text);
    return path;
  };
  return { ...parts, primitives, headers, write };
}

/** Which header defines which of these names. */
function headersWith(folder: string, names: readonly string[]): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [root, under] of [
    ["include", "xen"],
    ["arch/arm/include", "asm"],
  ] as const)
    for (const name of readdirSync(join(folder, root, under)).sort()) {
      if (!name.endsWith(".h")) continue;
      const defined = definedIn(readFileSync(join(folder, root, under, name), "utf8"), names);
      if (defined.length > 0) found.set(`${under}/${name}`, defined);
    }
  return found;
}

function versionOf(program: string): string {
  try {
    const text = execFileSync(program, ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return /\d+(?:\.\d+)+/.exec(text)?.[0] ?? text.split("\n")[0] ?? "";
  } catch {
    return "unknown";
  }
}

const plain = (text: string): string => text;

function prelude({ primitives, headers, write }: Given, name: string, style: PreludeStyle): string {
  return write(`${name}.h`, preludeOf({ primitives, headers, style }));
}

const TARGET = ["--target=aarch64-linux-gnu", "-mgeneral-regs-only"];

function clangPeer(program: string, given: Given): Omit<Peer, "name" | "version"> {
  const header = prelude(given, "clang", clangStyle);
  const globals = given.primitives.flatMap(({ effect: { lock } }) => ("global" in lock ? [lock.global] : []));
  const warnings = ["-Wno-everything", "-Wthread-safety", "-Wno-thread-safety-attributes"];
  const args = [...TARGET, ...given.build.flags, "-include", header, "-fsyntax-only", ...warnings];
  return {
    given: "primitives, guards and contracts as attributes",
    needsBuild: true,
    textFor: (text, annotations) => annotated(text, annotations, globals),
    command: (file) => [program, ...args, file],
    alarms: (output, file) => linesOf(output, file, (text) => text.includes("[-Wthread-safety")),
  };
}

function sparsePeer(program: string, given: Given): Omit<Peer, "name" | "version"> {
  const header = prelude(given, "sparse", sparseStyle);
  return {
    given: "primitives as contexts",
    needsBuild: true,
    textFor: plain,
    command: (file) => [program, "-Wcontext", "--arch=arm64", ...given.build.flags, "-include", header, file],
    alarms: (output, file) => linesOf(output, file, (text) => text.includes("context imbalance")),
  };
}

function smatchPeer(program: string, given: Given): Omit<Peer, "name" | "version"> {
  const header = prelude(given, "smatch", smatchStyle);
  return {
    given: "primitives under Linux's names",
    needsBuild: true,
    textFor: plain,
    command: (file) => [program, "-p=kernel", "--arch=arm64", ...given.build.flags, "-include", header, file],
    alarms: (output, file) =>
      linesOf(output, file, (text) => /inconsistent returns|double (un)?lock|unlocked/.test(text)),
  };
}

function spatchPeer(program: string, { primitives, write }: Given): Omit<Peer, "name" | "version"> {
  const rules = new Map<Annotations, string>();
  const rulesFor = (annotations: Annotations) => {
    const known = rules.get(annotations);
    if (known !== undefined) return known;
    const file = write(`rules-${rules.size}.cocci`, semanticPatch(primitives, annotations));
    rules.set(annotations, file);
    return file;
  };
  return {
    given: "own SmPL rules with primitives and guards",
    needsBuild: false,
    textFor: plain,
    command: (file, annotations) => [program, "--very-quiet", "--sp-file", rulesFor(annotations), file],
    alarms: starredLines,
  };
}

function gccPeer(program: string, { build }: Given): Omit<Peer, "name" | "version"> {
  const args = [...build.flags, "-O2", "-mgeneral-regs-only", "-fanalyzer", "-fdiagnostics-plain-output"];
  return {
    given: "nothing: it has no check for locks, all that it says counts",
    needsBuild: true,
    textFor: plain,
    command: (file) => [program, ...args, "-S", "-o", "/dev/null", file],
    alarms: (output, file) => linesOf(output, file, (text) => text.includes("[-Wanalyzer")),
  };
}

/** It reads what the compiler's preprocessor gives it: by itself it cannot follow Xen's headers. */
function cppcheckPeer(program: string, { build }: Given): Omit<Peer, "name" | "version"> {
  const expand = [COMPILER, "-E", ...build.flags, "-mgeneral-regs-only"].join(" ");
  const check = [
    program,
    "--quiet",
    "--enable=warning",
    "--template='{file}:{line}:{column}: {message} [{id}]'",
  ];
  return {
    given: "nothing: it has no check for locks, all that it says counts",
    needsBuild: true,
    textFor: plain,
    command: (file) => [
      "sh",
      "-c",
      `${expand} ${file} -o ${file}.i && ${check.join(" ")} ${file}.i; rm -f ${file}.i`,
    ],
    alarms: (output, file) => linesOf(output, file, () => true),
  };
}
