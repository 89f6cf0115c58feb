import { defineConfig } from 'vitest/config';

const everyProject = {
  // A process for each file: Temporal's native runtime exists once in a process.
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 120_000,
} as const;

const noTests = ['node_modules/**', 'dist/**'];

export default defineConfig({
  test: {
    reporters: ['default', './test/setup/closingLine.ts'],
    // The first run may have to build a Temporal server.
    teardownTimeout: 30_000,
    projects: [
      {
        // Tests beside their files, and those of Phala's official tools: no Temporal server is started for them.
        test: {
          ...everyProject,
          name: 'parts',
          include: ['**/*.test.ts'],
          exclude: [...noTests, 'test/!(official)/**'],
        },
      },
      {
        test: {
          ...everyProject,
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...noTests, 'test/official/**'],
          globalSetup: ['test/setup/temporal.ts'],
        },
      },
    ],
  },
});
