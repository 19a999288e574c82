import { describe, expect, it } from '@jest/globals';
import { scimUserControls } from '../../src/reconciliation/control-references.ts';

describe('the controls that a test is relevant to', () => {
  it('are none about roles or moves for the test of SCIM users, which reads no role', () => {
    expect(scimUserControls.map(({ control }) => control)).toEqual(['CC6.1', 'A.5.18', 'AC-2', '11.2.2(f)', '500.7(a)(4)']);
    expect(JSON.stringify(scimUserControls)).not.toMatch(/role|transfer|change/);
  });
});
