/** The mutation score of `verdict`: a change of it that no test sees is a hole in the tests. */
export default {
  mutate: ['src/verdict/*.ts', '!src/verdict/index.ts'],
  plugins: ['./test/mutation/in-process-runner.mjs'],
  testRunner: 'in-process',
  coverageAnalysis: 'perTest',
  // Stryker rewrites a tsconfig by the compiler API that TypeScript 7 no longer has; where the named file is missing it leaves ours alone.
  tsconfigFile: 'none.json',
  // The tests need nothing else.
  ignorePatterns: ['**', '!src/kernel/**', '!src/verdict/**', '!test/mutation/**', '!test/verdict/**', '!package.json'],
  // Generous, so that a busy machine is not taken for a killed mutant.
  timeoutMS: 10_000,
  timeoutFactor: 4,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  warnings: { slow: false },
  thresholds: { high: 98, low: 96, break: 95 },
  tempDirName: '.stryker',
  cleanTempDir: 'always',
};
