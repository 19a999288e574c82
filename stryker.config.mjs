/** The mutation score of `verdict`: a change of it that no test sees is a hole in the tests. It takes minutes, so it is no part of `npm test`. */
export default {
  mutate: ['src/verdict/*.ts', '!src/verdict/index.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
  jest: { projectType: 'custom', configFile: 'jest.mutation.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // Stryker rewrites a tsconfig by the compiler API that TypeScript 7 no longer has; where the named file is missing it leaves ours alone.
  tsconfigFile: 'none.json',
  // The tests need nothing else.
  ignorePatterns: ['**', '!src/kernel/**', '!src/verdict/**', '!test/verdict/**', '!jest*.config.mjs', '!package.json'],
  // Generous, so that a busy machine is not taken for a killed mutant.
  timeoutMS: 8_000,
  timeoutFactor: 4,
  // Jest keeps what it loaded as modules for good: after so many mutants a fresh process costs less than its memory does.
  maxTestRunnerReuse: 100,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 98, low: 96, break: 95 },
  tempDirName: '.stryker',
  cleanTempDir: 'always',
};
