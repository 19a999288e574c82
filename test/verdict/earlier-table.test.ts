import { describe, expect, it } from '@jest/globals';
import { decide, type RuleEdition } from '../../src/verdict/index.ts';
import { employee } from './employee.ts';

describe('the table of the first two formats', () => {
  it('lets an open match outweigh what is proven, and today’s does not', () => {
    const vector = { ...employee, employment: 'ENDED', match: 'AMBIGUOUS', directoryTiming: 'LATE', scimTiming: 'IN_TIME' } as const;
    const rules = (edition?: RuleEdition) => decide(vector, edition).all.map(({ rule }) => rule);
    expect(rules().slice(0, 2)).toEqual(['L05', 'X03']);
    expect(rules('before-3').slice(0, 2)).toEqual(['X03', 'L05']);
    expect(rules('before-4')).toEqual(rules());
    expect([...rules('before-3')].sort()).toEqual([...rules()].sort());
  });
});
