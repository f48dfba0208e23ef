/**
 * What a compiler needs before it can read a file of Xen: a configuration, and the headers that
 * a build makes. Made in a copy, for the processor that the SMMU belongs to; nothing is written
 * into the tree.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface XenBuild {
  /** The copy of the tree's `xen/`: where the compilers run. */
  readonly folder: string;
  /** What a preprocessor must be told. */
  readonly flags: readonly string[];
  /** What it took, without the copy. */
  readonly seconds: number;
}

const NATIVE = process.arch === "arm64";
/** Debian's cross compiler, where the machine is of another kind. */
export const COMPILER = NATIVE ? "gcc" : "aarch64-linux-gnu-gcc";
const NEEDED = ["make", "gcc", "flex", "bison", COMPILER];

/** One file of which the build says how it is compiled. */
const SAMPLE = "drivers/passthrough/arm/smmu.o";

export function programPath(name: string): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** @returns the programs that the build lacks, by name */
export function missingForBuild(): readonly string[] {
  return NEEDED.filter((name) => programPath(name) === null);
}

/** @param tree of Xen @throws {Error} when make fails, with its last words */
export function prepareBuild(tree: string, scratch: string): XenBuild {
  const top = join(scratch, "tree");
  mkdirSync(top, { recursive: true });
  for (const part of ["xen", "config", "Config.mk", "scripts"])
    if (existsSync(join(tree, part))) cpSync(join(tree, part), join(top, part), { recursive: true });
  const folder = join(top, "xen");
  const started = performance.now();
  make(folder, ["defconfig"]);
  // Without objects the build ends at the linker: by then the headers are there.
  make(folder, ["ALL_OBJS-y=", "ALL_LIBS-y="], "arch/arm/include/asm/asm-offsets.h");
  make(folder, [SAMPLE]);
  const seconds = (performance.now() - started) / 1000;
  return { folder, flags: flagsOf(readFileSync(join(folder, commandFile(SAMPLE)), "utf8")), seconds };
}

function commandFile(object: string): string {
  return object.replace(/[^/]+$/, (name) => `.${name}.cmd`);
}

function make(folder: string, goals: readonly string[], instead: string | null = null): void {
  const cross = NATIVE ? [] : [`CROSS_COMPILE=${COMPILER.replace(/gcc$/, "")}`];
  try {
    const args = ["-C", folder, "XEN_TARGET_ARCH=arm64", ...cross, ...goals];
    execFileSync("make", args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  } catch (error) {
    if (instead !== null && existsSync(join(folder, instead))) return;
    const words = error instanceof Error ? error.message.trim().split("\n").slice(-3).join("\n") : "";
    throw new Error(`Xen's ${goals.join(" ")} cannot be made: ${words}`, { cause: error });
  }
}

/** Of the compiler's command what tells any reader of C how to read: language, macros, folders of headers. */
export function flagsOf(command: string): string[] {
  const [, ...words] = (command.split("\n")[0] ?? "").replace(/^.*?:=\s*/, "").split(/\s+/);
  const kept: string[] = [];
  for (const [at, word] of words.entries()) {
    if (word === "-include") kept.push(word, words[at + 1] ?? "");
    else if (/^-(?:[DUI]|std=|nostdinc$|fno-builtin$|fno-common$)/.test(word)) kept.push(word);
  }
  return kept;
}
