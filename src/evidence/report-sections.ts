import { type Html, html } from './html.ts';

/** The sections of a report's page in their order, by the names that links use. */
export const sections = {
  'how-long': 'How long access outlived the employment',
  leavers: 'Leavers of the period',
  others: 'Beside the leavers',
  remedies: 'What is probably wrong, and what to do',
  reading: 'How to read the tables',
  exceptions: 'Exceptions and exclusions',
  tests: 'Compliance tests',
  taken: 'Accounts taken from people by hand',
  population: 'Population',
  sources: 'Where this comes from',
  actors: 'Who acted',
  policy: 'Policy',
  coverage: 'Coverage',
  timelines: 'Each leaver',
  seals: 'Sealed before over this period',
  checking: 'How to check this report',
  limits: 'Limits',
} as const;

export type SectionId = keyof typeof sections;

/** The heading of a section, with how many stand in it. */
export function sectionHeading(id: SectionId, count?: number): Html {
  return html`<h2 id="${id}">${sections[id]}${count === undefined ? null : ` (${count})`}</h2>`;
}
