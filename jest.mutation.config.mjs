import base from './jest.config.mjs';

const { globalSetup: _start, globalTeardown: _stop, ...pure } = base;

/** The tests that each mutant of `verdict` is held against: the room's own, which need no database. Nothing else is searched. */
export default {
  ...pure,
  roots: ['<rootDir>/src/kernel', '<rootDir>/src/verdict', '<rootDir>/test/verdict'],
  testMatch: ['<rootDir>/test/verdict/every-test-in-one.ts'],
};
