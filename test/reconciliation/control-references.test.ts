import { describe, expect, it } from '@jest/globals';
import { roleControls, scimUserControls } from '../../src/reconciliation/control-references.ts';

describe('the controls that a test is relevant to', () => {
  it('are none about roles or moves for the test of SCIM users, which reads no role', () => {
    expect(scimUserControls.map(({ control }) => control)).toEqual(['CC6.1', 'A.5.18', 'AC-2', '11.2.2(f)', '500.7(a)(4)']);
    expect(JSON.stringify(scimUserControls)).not.toMatch(/role|transfer|change/);
  });

  it('are those about roles and moves for the test that reads roles', () => {
    const named = roleControls.map(({ framework, control }) => `${framework.split(/[ /,]/u)[0]} ${control}`);
    expect(named).toEqual([
      'SOC CC6.3',
      'ISO A.5.18',
      'ISO A.6.5',
      'ISO A.8.2',
      'NIST AC-2',
      'NIST PS-5',
      'HITRUST 02.i',
      'CIS 6.2',
      'CIS 6.8',
      'NIS2 10.3.2(b)',
      'NIS2 11.2.2(b)',
      '23 500.7(a)(4)',
    ]);
    for (const { about } of roleControls) expect(about).toMatch(/role|change|privileged|reviewed/);
  });
});
