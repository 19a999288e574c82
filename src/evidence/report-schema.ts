import type { PolicySite, PopulationTotals, ReportPolicy, TestResult } from '../reconciliation/index.ts';
import type { Actor } from './actors-of.ts';
import type { CoverageRow } from './coverage.ts';
import type { NamedThing } from './named-thing.ts';
import { type Freezing, type ManagementResponse, REPORT_FORMAT, type ReportContent, type ReportDocument } from './report-document.ts';
import type {
  AuthorityInForce,
  DirectoryInput,
  DirectorySchedule,
  ReportSources,
  RosterFileFormat,
  RosterInput,
  RosterTotals,
  ScopeInForce,
  ScopeList,
  SentRequests,
} from './report-sources.ts';
import type { RejectionCount } from '../roster/index.ts';
import { conclusions, type EarlierSeal, effects, type SetAside, type Stretch } from '../verdict/index.ts';
import { unitDefinitions } from './report-schema-units.ts';
import type { ToldAfterSeal } from './told-after-seals.ts';
import { closed, count, countsOf, listOf, named, nothing, nullable, oneOf, type Schema, text, truth } from './schema-shapes.ts';

const supersedes = closed({ reportId: named('id'), manifestSha256: named('sha256') });

/** Counts of which the first is the sum of the next five. */
const totals = closed<PopulationTotals>({
  employmentPeriods: count,
  leavers: count,
  endedOutsidePeriod: count,
  continued: count,
  active: count,
  prehire: count,
  unmatchedAccounts: count,
  excludedAccounts: count,
});

const policySite = closed<PolicySite>({
  site: text,
  slaHours: nullable(count),
  businessDays: nullable(count),
  holidays: listOf(named('day')),
});

const policy = closed<ReportPolicy>({
  id: named('id'),
  version: { type: 'integer', minimum: 1 },
  preset: nullable(text),
  slaHours: nullable(count),
  businessDays: nullable(count),
  holidays: listOf(named('day')),
  sites: listOf(policySite),
  privileged: nullable(closed({ slaHours: count, roles: listOf(text) })),
  effectiveFrom: named('instant'),
  supersededAt: nullable(named('instant')),
  recordId: named('id'),
});

const rosterInput = closed<RosterInput>({
  importId: named('id'),
  source: oneOf(['file', 'push', 'pull']),
  importedAt: named('instant'),
  importedBy: named('actor'),
  fileName: nullable(text),
  sha256: named('sha256'),
  bytes: count,
  isFull: truth,
  tells: oneOf(['everybody', 'changes', 'changes-and-no-others']),
  toldAt: named('instant'),
  rows: count,
  added: count,
  changed: count,
  ended: count,
  rehired: count,
  unchanged: count,
  rejected: count,
  dropped: count,
  rejections: listOf(closed<RejectionCount>({ column: nullable(text), reason: text, cells: { type: 'integer', minimum: 1 } })),
  format: nullable(
    closed<RosterFileFormat>({
      encoding: oneOf(['utf-8', 'utf-16le', 'utf-16be']),
      delimiter: text,
      headerLine: { type: 'integer', minimum: 1 },
    }),
  ),
  mapping: { description: 'Canonical column to the column of the file.' },
  recordId: named('id'),
});

const directoryInput = closed<DirectoryInput>({
  connectionId: named('id'),
  cloud: text,
  tenantId: text,
  connectedAt: named('instant'),
  removedAt: nullable(named('instant')),
  schedules: listOf(
    closed<DirectorySchedule>({
      syncEveryMinutes: count,
      fullEveryMinutes: count,
      from: named('instant'),
      to: nullable(named('instant')),
      recordId: nullable(named('id')),
    }),
  ),
  requests: listOf(
    closed<SentRequests>({
      kind: oneOf(['full', 'delta']),
      looks: count,
      sha256: nullable(named('sha256')),
      queries: nullable(listOf(text)),
    }),
  ),
  completeLooks: count,
  failedLooks: count,
  lastLookAt: nullable(named('instant')),
  lastFullLook: nullable(closed({ runId: named('id'), requestedAt: named('instant'), accounts: count })),
  longestUnseen: nullable(closed<Stretch>({ from: named('instant'), to: named('instant') })),
  isAudited: truth,
  promisedMinutes: count,
  provableMinutes: count,
});

const scopeList = closed<ScopeList>({ count, values: nullable(listOf(text)) });

const scopeInForce = closed<ScopeInForce>({
  connectionId: named('id'),
  includeGroups: scopeList,
  includeUsers: scopeList,
  excludeGroups: scopeList,
  excludeUsers: scopeList,
  excludeNames: scopeList,
  setBy: nullable(named('actor')),
  from: named('instant'),
  to: nullable(named('instant')),
  recordId: nullable(named('id')),
});

const authorityInForce = closed<AuthorityInForce>({
  authority: oneOf(['scim', 'scope']),
  from: named('instant'),
  to: nullable(named('instant')),
  by: nullable(named('actor')),
  recordId: nullable(named('id')),
});

/** Rows of all imports: the last six add up to them. */
const rosterTotals = closed<RosterTotals>({
  imports: count,
  rows: count,
  added: count,
  changed: count,
  ended: count,
  rehired: count,
  unchanged: count,
  rejected: count,
});

const sources = closed<ReportSources>({
  software: closed({ name: { const: 'rollcall' }, version: text }),
  roster: listOf(rosterInput),
  rosterTotals,
  directories: listOf(directoryInput),
  scim: closed({ users: count, active: count, countedAt: named('instant') }),
  authority: listOf(authorityInForce),
  scopes: listOf(scopeInForce),
  queries: closed({ roster: text, directory: text, scim: text, population: text }),
});

const ofEveryRow = {
  source: oneOf(['directory', 'scim', 'roster']),
  what: oneOf(['looked', 'failed', 'blind', 'unconnected', 'imported', 'silent']),
  ref: nullable(text),
  from: named('instant'),
  to: named('instant'),
  detail: text,
};

const coverageRow = closed<CoverageRow>(
  { ...ofEveryRow, gapId: text, because: text },
  // Only there where nobody looked at a directory.
  { required: Object.keys(ofEveryRow) },
);

const test = closed<TestResult>({
  id: named('slug'),
  title: text,
  population: text,
  rule: text,
  verdict: oneOf(['PASS', 'FAIL', 'INSUFFICIENT']),
  sentence: text,
  passed: count,
  of: count,
  effects: countsOf(effects),
  excepted: count,
  ties: closed({ rows: count, of: text, parts: listOf(closed({ part: text, count })) }),
  diagnoses: listOf(closed({ code: named('slug'), cause: text, steps: listOf(text), lookAt: listOf(text), count })),
  doubts: listOf(closed({ code: named('slug'), detail: text, remedy: text })),
  asOf: nullable(named('instant')),
  runId: nullable(named('id')),
  period: nullable(closed({ from: named('instant'), to: named('instant') })),
  relevantTo: listOf(closed({ framework: text, control: text, about: text })),
});

const toldAfterSeal = closed<ToldAfterSeal>({
  findingId: named('id'),
  employmentPeriodId: named('id'),
  knownAt: named('instant'),
  reportId: nullable(text),
  sealRecordId: named('id'),
});

/** What is fixed when a final report is frozen; the record of the freezing holds the hash of it. */
const content: Readonly<Record<keyof ReportContent, Schema>> = {
  format: { const: REPORT_FORMAT },
  kind: oneOf(['INTERIM', 'FINAL']),
  version: { type: 'integer', minimum: 1 },
  supersedes: nullable(supersedes),
  reportId: named('id'),
  workspace: closed({ id: named('id'), name: text }),
  log: text,
  asOf: named('instant'),
  periodStart: named('instant'),
  periodEnd: named('instant'),
  reconciliationRunId: named('id'),
  conclusion: oneOf(conclusions),
  concludedBecause: text,
  effects: countsOf(effects),
  totals,
  policies: listOf(policy),
  sources,
  coverage: listOf(coverageRow),
  tests: listOf(test),
  takenAccounts: listOf(named('takenAccount')),
  decisions: listOf(named('decision')),
  findings: listOf(named('finding')),
  toldAfterSeal: listOf(toldAfterSeal),
};

const freezing = closed<Freezing>({ at: named('instant'), by: named('actor'), recordId: named('id'), sha256: named('sha256') });

const response = closed<ManagementResponse>({
  findingId: named('id'),
  response: text,
  respondedAt: named('instant'),
  respondedBy: named('actor'),
  recordId: named('id'),
});

/** As the record of that seal tells; null where it does not. */
const earlierSeal = closed<EarlierSeal>({
  reportId: nullable(text),
  kind: nullable(text),
  version: nullable({ type: 'number' }),
  periodStart: nullable(text),
  periodEnd: nullable(text),
  asOf: nullable(text),
  conclusion: nullable(text),
  sealedAt: nullable(text),
  manifest: nullable(text),
  supersededBy: nullable(text),
  recordId: named('id'),
  index: count,
});

/** As the records of its freezing and of its discarding tell; null where they do not. */
const setAside = closed<SetAside>({
  reportId: nullable(text),
  periodStart: nullable(text),
  periodEnd: nullable(text),
  asOf: nullable(text),
  conclusion: nullable(text),
  frozenAt: nullable(text),
  frozenBy: nullable(text),
  document: nullable(text),
  recordId: named('id'),
  index: count,
  discarded: nullable(
    closed<NonNullable<SetAside['discarded']>>({ at: nullable(text), by: nullable(text), recordId: named('id'), index: count }),
  ),
});

/** An interim report has been frozen by nobody, corrects none and never passes; a final one was frozen, and leaves nothing pending (I10). */
const byKind: Schema = {
  if: { properties: { kind: { const: 'INTERIM' } } },
  // oxlint-disable-next-line unicorn/no-thenable -- a word of JSON Schema
  then: {
    properties: {
      frozen: nothing,
      supersedes: nothing,
      responses: { maxItems: 0 },
      conclusion: oneOf(['FAIL', 'INSUFFICIENT', 'PENDING']),
    },
  },
  else: { properties: { frozen: freezing, conclusion: oneOf(['FAIL', 'INSUFFICIENT', 'PASS']) } },
};

/**
 * The JSON Schema (2020-12) of `report.json`. Closed: a member that it does not name is an error. `$defs/content` is what a final report holds between
 * its freezing and its seal. It lies in every bundle as `report.schema.json`, and in the repository as docs/report.schema.json.
 */
export const reportSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:rollcall:report:4',
  title: 'A report of Rollcall',
  ...closed<ReportDocument>(
    {
      ...content,
      createdAt: named('instant'),
      createdBy: named('actor'),
      frozen: nullable(freezing),
      responses: listOf(response),
      leavesOpen: listOf(text),
      earlierSeals: listOf(earlierSeal),
      setAside: listOf(setAside),
      actors: listOf(closed<Actor>({ actor: named('actor'), name: nullable(text) })),
      names: listOf(closed<NamedThing>({ kind: oneOf(['person', 'group', 'account']), id: named('id'), name: nullable(text) })),
    },
    byKind,
  ),
  $defs: {
    content: closed<ReportContent>(content),
    ...unitDefinitions,
    id: { description: 'An id (UUID) of this product.', type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
    instant: {
      description: 'An instant in UTC, to the millisecond.',
      type: 'string',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
    },
    day: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d$' },
    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    slug: { type: 'string', pattern: '^[a-z][a-z0-9-]*$' },
    actor: { description: 'Who did it, such as administrator:<id>.', type: 'string', minLength: 1 },
  },
};

export function reportSchemaText(): string {
  return `${JSON.stringify(reportSchema, null, 1)}\n`;
}
