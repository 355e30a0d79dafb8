import { defineConfig } from 'vitest/config';

/** Looks at the HTML report in a real browser; `CHROMIUM` says where it is. Kept out of `npm test`, which needs none. */
export default defineConfig({
  test: { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000 },
});
