/** The environment in which git is run: for reading only, without questions, in English. */

export const READ_ONLY: Readonly<Record<string, string>> = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_LAZY_FETCH: "1",
  // Older gits know no GIT_NO_LAZY_FETCH; without a protocol they cannot fetch either.
  GIT_ALLOW_PROTOCOL: "none",
  GIT_TERMINAL_PROMPT: "0",
  GIT_LITERAL_PATHSPECS: "1",
};

/** What git needs of the caller's environment: its programs, and the user's list of safe folders. */
const PASSED_ON = ["PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT"];

export function readingEnvironment(): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(passed), ...READ_ONLY, LC_ALL: "C" };
}
