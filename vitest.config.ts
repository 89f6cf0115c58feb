import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    globalSetup: ['test/setup/temporal.ts'],
    reporters: ['default', './test/setup/closingLine.ts'],
    // A process for each file: Temporal's native runtime exists once in a process.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The first run may have to build a Temporal server.
    teardownTimeout: 30_000,
  },
});
