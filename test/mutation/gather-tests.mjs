import { bind } from 'jest-each';

export { expect } from 'expect';

/** What stands in for `@jest/globals` while mutants are tried: it gathers tests, each under its whole name, and runs none. */
const gathered = [];
const headings = [];

export function describe(name, body) {
  headings.push(name);
  body();
  headings.pop();
}
describe.each = bind(describe, false);

export function it(name, run) {
  gathered.push({ id: [...headings, name].join(' '), run });
}
it.each = bind(it, false);

globalThis.rollcallTests = gathered;
