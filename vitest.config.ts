import { defineConfig } from 'vitest/config';

/** Tests that need real servers take turns: two clusters at once on a small machine would only slow one another. */
const oneAtATime = { fileParallelism: false, testTimeout: 300_000, hookTimeout: 300_000 } as const;

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/conformance/**',
            'test/e2e/**',
            'test/browser/**',
            'test/workloads/**',
            'test/nats/**',
          ],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'servers',
          include: ['test/conformance/**/*.test.ts', 'test/workloads/**/*.test.ts', 'test/nats/**/*.test.ts'],
          ...oneAtATime,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...oneAtATime } },
    ],
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
