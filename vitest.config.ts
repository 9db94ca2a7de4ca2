import { defineConfig } from 'vitest/config';

/**
 * One project per kind of test. Those that are not parallel need root, run one file at a time,
 * and begin by taking down the nodes of runs that were killed.
 */
function project(name: string, include: string[], testTimeout: number, isParallel = true) {
  const globalSetup = isParallel ? [] : ['test/support/take-down.ts'];
  const hookTimeout = testTimeout * 4;
  return {
    extends: true as const,
    test: { name, include, testTimeout, hookTimeout, fileParallelism: isParallel, globalSetup },
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
      project('unit', ['test/unit/**/*.test.ts', 'test/planner/**/*.test.ts'], 5_000),
      project('contract', ['test/contract/**/*.test.ts'], 30_000),
      project('integration', ['test/integration/**/*.test.ts'], 60_000, false),
      project('e2e', ['test/e2e/**/*.test.ts'], 180_000, false),
      project('conformance', ['test/conformance/**/*.test.ts'], 180_000, false),
    ],
  },
});
