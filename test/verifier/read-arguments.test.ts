import { describe, expect, it } from '@jest/globals';
import { readArguments } from '../../src/verifier/read-arguments.ts';

const nothing = {
  vkeys: [],
  prev: undefined,
  tsaCa: undefined,
  witnesses: [],
  anchors: [],
  sample: undefined,
  proofs: [],
  recompute: false,
};

describe('the command line of verify.mjs', () => {
  it.each([
    { args: ['b.zip'], request: { ...nothing, path: 'b.zip' } },
    { args: ['--vkey', 'k1', 'b.zip', '--vkey', 'k2'], request: { ...nothing, path: 'b.zip', vkeys: ['k1', 'k2'] } },
    {
      args: ['b.zip', '--prev', 'c', '--sample', 's:3'],
      request: { ...nothing, path: 'b.zip', prev: 'c', sample: { seed: 's', size: 3 } },
    },
    { args: ['--recompute', 'b.zip'], request: { ...nothing, path: 'b.zip', recompute: true } },
    {
      args: ['b.zip', '--tsa-ca', 'root.pem', '--anchor', 'a.zip', '--anchor', 'c.zip'],
      request: { ...nothing, path: 'b.zip', tsaCa: 'root.pem', anchors: ['a.zip', 'c.zip'] },
    },
    { args: ['--witness', 'w1', 'b.zip', '--witness', 'w2'], request: { ...nothing, path: 'b.zip', witnesses: ['w1', 'w2'] } },
    { args: ['b.zip', '--proof', '0', '--proof', '12'], request: { ...nothing, path: 'b.zip', proofs: [0, 12] } },
  ])('understands $args', ({ args, request }) => {
    expect(readArguments(args)).toEqual({ kind: 'understood', request });
  });

  it.each([
    { args: ['b.zip', '--proof', '-1'], because: '--proof wants the place of a record, counted from 0, and not "-1"' },
    { args: ['b.zip', '--proof', '007'], because: '--proof wants the place of a record, counted from 0, and not "007"' },
    { args: [], because: 'no bundle is named' },
    { args: ['b.zip', '--tsa-ca', 'c', '--tsa-ca', 'd'], because: '--tsa-ca was given more than once' },
    { args: ['a.zip', 'b.zip'], because: 'the bundle was given more than once' },
    { args: ['b.zip', '--prev', 'c', '--prev', 'd'], because: '--prev was given more than once' },
    { args: ['b.zip', '--sample', 'three'], because: '--sample wants SEED:SIZE, such as 4711:25, and not "three"' },
    { args: ['b.zip', '--force'], because: 'there is no option --force' },
    { args: ['b.zip', '--vkey'], because: '--vkey has no value' },
    { args: ['b.zip', '--vkey', ''], because: '--vkey has no value' },
    { args: [''], because: 'the bundle has no value' },
  ])('says what it does not understand of $args', ({ args, because }) => {
    expect(readArguments(args)).toEqual({ kind: 'misunderstood', because });
  });
});
