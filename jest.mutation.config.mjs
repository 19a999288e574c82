import base from './jest.config.mjs';

const { globalSetup: _start, globalTeardown: _stop, ...pure } = base;

/**
 * The tests that each mutant of `verdict` is held against: the room's own, which need no database. Those that go
 * through every state are left out: 400,000 verdicts for each of hundreds of mutants are hours. So the score is the least that it can be.
 */
export default {
  ...pure,
  testMatch: ['<rootDir>/test/verdict/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', 'every-state\\.test\\.ts$'],
};
