/** A policy that a framework or its auditors are known to ask for, with where that is said (evidence §1.1, §1.2). */
export interface PolicyPreset {
  readonly id: string;
  readonly slaHours: number | null;
  readonly businessDays: number | null;
  readonly source: string;
}

/** "Relevant to", never "compliant with": who is held to which is the organisation's own decision. */
export const policyPresets = [
  {
    id: 'soc2-24h',
    slaHours: 24,
    businessDays: null,
    source: 'SOC 2 CC6.2 and CC6.3 name no hours; a day is what most organisations promise in their own policy.',
  },
  {
    id: 'soc2-1bd',
    slaHours: null,
    businessDays: 1,
    source:
      'SOC 2 CC6.2: the usual wording of the control is “within one business day”. Monday to Friday; public holidays are those that you list.',
  },
  {
    id: 'fedramp-low-mod-4h',
    slaHours: 4,
    businessDays: null,
    source: 'FedRAMP Rev. 5 Low and Moderate, PS-4 (ps-04_odp.01): disable system access within 4 hours.',
  },
  {
    id: 'fedramp-high-1h',
    slaHours: 1,
    businessDays: null,
    source: 'FedRAMP Rev. 5 High, PS-4 (ps-04_odp.01): disable system access within 1 hour.',
  },
  { id: 'cjis-24h', slaHours: 24, businessDays: null, source: 'CJIS Security Policy, AC-2 h: one day.' },
  {
    id: 'immediate-0h',
    slaHours: 0,
    businessDays: null,
    source:
      'TISAX 4.1.3 and CIS 6.2 say “immediately”, 23 NYCRR 500.7 “promptly”, and none of them a number: this one is the strictest there is.',
  },
] as const satisfies readonly PolicyPreset[];

export type PolicyPresetId = (typeof policyPresets)[number]['id'];
