import { defineConfig } from 'vitest/config';

/** One project per kind of test (test/README.md). `integration` and `e2e` need root and run one file at a time. */
function project(name: string, include: string[], testTimeout: number, fileParallelism: boolean) {
  return {
    extends: true as const,
    test: { name, include, testTimeout, hookTimeout: testTimeout * 4, fileParallelism },
  };
}

export default defineConfig({
  test: {
    expect: { requireAssertions: true },
    sequence: { shuffle: true },
    restoreMocks: true,
    unstubEnvs: true,
    passWithNoTests: false,
    env: { NODE_EXTRA_CA_CERTS: '' },
    projects: [
      project('unit', ['test/unit/**/*.test.ts', 'test/planner/**/*.test.ts'], 5_000, true),
      project('contract', ['test/contract/**/*.test.ts'], 30_000, true),
      project('integration', ['test/integration/**/*.test.ts'], 60_000, false),
      project('e2e', ['test/e2e/**/*.test.ts'], 180_000, false),
    ],
  },
});
