import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Left to itself, vitest keeps one processor free: on a machine with two that is half of it.
    maxWorkers: "100%",
    // No test changes a module, and what one changes of its process it puts back; to read all modules anew for
    // each file costs a third of the time.
    isolate: false,
    env: { LOCKSPAN_CACHE: "off" },
  },
});
