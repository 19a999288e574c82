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
    { args: ['b.zip', '--proof', '-1'], request: undefined },
    { args: ['b.zip', '--proof', '007'], request: undefined },
    { args: [], request: undefined },
    { args: ['b.zip', '--tsa-ca', 'c', '--tsa-ca', 'd'], request: undefined },
    { args: ['a.zip', 'b.zip'], request: undefined },
    { args: ['b.zip', '--prev', 'c', '--prev', 'd'], request: undefined },
    { args: ['b.zip', '--sample', 'three'], request: undefined },
    { args: ['b.zip', '--force'], request: undefined },
  ])('$args', ({ args, request }) => {
    expect(readArguments(args)).toEqual(request);
  });
});
