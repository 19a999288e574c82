import { DAY_MS, type Instant, msBetween } from '../kernel/index.ts';
import type { ReportUnit } from '../reconciliation/index.ts';
import { concludeTest, type PopulationDoubt } from '../verdict/index.ts';
import { jsonFile } from './json-pieces.ts';
import { doubtsOfTest, leaversOf, type ReportDocument, sha256Of, wantsResponse } from './report-document.ts';
import { reportLimits } from './report-limits.ts';
import { causeOf } from './report-remedies-page.ts';
import { summarize } from './report-summary.ts';
import { type LeafIndexes, leafIndexes } from './report-tables.ts';
import { uuidV5 } from './uuid-v5.ts';

const OSCAL_VERSION = '1.1.3';

/** Where the names of our own properties come from. */
const NS = 'https://rollcall.example/ns/oscal';

/** A stretch without a look at a source is told when it is longer than the usual one between two looks. */
const TOLD_GAP_MS = DAY_MS;

/** The objectives that a report is evidence about (NIST SP 800-53A): relevant to them, never a statement that they are met as a whole. */
const objectives = {
  leavers: { control: 'ps-4', objective: 'ps-4_obj.a', title: 'System access of people who left is disabled in time' },
  accounts: { control: 'ac-2.3', objective: 'ac-2.3_obj.b', title: 'Accounts that belong to nobody any more are disabled' },
} as const;

/** Members and items down to those of the longest lists: `assessment-results.results[].findings[].related-risks[]`. */
const LISTED_AT = 7;

/**
 * The report as OSCAL Assessment Results 1.1.3. People are pseudonyms here: who they are is in the other files. An empty list is left out,
 * as the schema wants it; ids are name-based, so the same report is the same bytes. Piece by piece.
 */
export function oscalResults(report: ReportDocument, indexes: LeafIndexes, files: ReadonlyMap<string, Uint8Array>): Iterable<string> {
  return jsonFile(resultsOf(report, indexes, files), LISTED_AT);
}

function resultsOf(report: ReportDocument, indexes: LeafIndexes, files: ReadonlyMap<string, Uint8Array>): object {
  const leavers = leaversOf(report);
  const accounts = report.findings.filter((unit) => unit.kind === 'account');
  const told = report.findings.filter(wantsResponse);
  const id = idsWithin(report);
  return {
    'assessment-results': {
      uuid: id('assessment-results'),
      metadata: {
        title: `Deprovisioning evidence (${report.kind}): ${report.workspace.name}`,
        'last-modified': report.createdAt,
        version: String(report.version),
        'oscal-version': OSCAL_VERSION,
      },
      'import-ap': { href: `#${id('procedure')}` },
      results: [
        {
          uuid: id('result'),
          title: `${report.kind} deprovisioning evidence as of ${report.asOf}`,
          description: `${report.conclusion}: ${report.concludedBecause} ${summarize(report)}`,
          start: report.periodStart,
          end: report.periodEnd,
          props: resultProps(report),
          'reviewed-controls': reviewedControls(),
          ...present(
            'attestations',
            report.responses.map(({ response }) => ({ parts: [{ name: 'management-response', prose: response }] })),
          ),
          ...log(report, id),
          observations: listed([undefined, ...told], (unit) =>
            unit === undefined ? populationObservation(report, id) : observation(unit, { report, indexes, id }),
          ),
          ...(told.length > 0 && { risks: listed(told, (unit) => risk(unit, id)) }),
          findings: [
            finding('leavers', leavers, {
              id,
              described: `${leavers.length} employment periods ended within the reporting period.`,
              doubts: doubtsOfTest(report, 'terminated-people-are-deactivated'),
            }),
            finding('accounts', accounts, {
              id,
              described: `${accounts.length} accounts have nobody on the roster who answers for them in person.`,
              doubts: doubtsOfTest(report, 'directory-accounts-have-people'),
            }),
          ],
        },
      ],
      'back-matter': { resources: [procedure(report, id), ...[...files].map(([path, content]) => fileResource(path, content, id))] },
    },
  };
}

type Ids = (name: string) => string;

function idsWithin({ reportId, version }: ReportDocument): Ids {
  return (name) => uuidV5(`${reportId}/${version}/${name}`);
}

/** A list under its name, or nothing: an empty list is not valid OSCAL. */
function present(name: string, list: readonly object[]): object {
  return list.length === 0 ? {} : { [name]: list };
}

/** A list whose items are made as they are written. */
function listed<T>(items: readonly T[], made: (item: T) => object): Iterable<object> {
  return {
    *[Symbol.iterator]() {
      for (const item of items) yield made(item);
    },
  };
}

function prop(name: string, value: string | number) {
  return { name, ns: NS, value: String(value) };
}

function resultProps({ conclusion, totals, effects, log, asOf, policies }: ReportDocument) {
  return [
    prop('conclusion', conclusion),
    prop('as-of', asOf),
    prop('log-origin', log),
    prop('leavers', totals.leavers),
    prop('employment-periods', totals.employmentPeriods),
    ...Object.entries(effects).map(([effect, count]) => prop(`effect-${effect.toLowerCase().replace('/', '')}`, count)),
    ...policies.map(({ version, recordId }) => prop(`policy-version-${version}`, recordId)),
  ];
}

function reviewedControls() {
  const each = Object.values(objectives);
  return {
    'control-selections': [{ 'include-controls': each.map(({ control }) => ({ 'control-id': control })) }],
    'control-objective-selections': [{ 'include-objectives': each.map(({ objective }) => ({ 'objective-id': objective })) }],
  };
}

/** Where nobody was looking, and who decided who is synced. */
function log({ coverage, sources }: ReportDocument, id: Ids): object {
  const gaps = coverage.filter(
    ({ what, from, to }) =>
      what === 'failed' || ((what === 'blind' || what === 'silent' || what === 'unconnected') && msBetween(from, to) > TOLD_GAP_MS),
  );
  const entries = [
    ...gaps.map(({ source, what, from, to, detail }, n) => ({
      uuid: id(`gap/${n}`),
      title: `${source}: ${what}`,
      description: detail,
      start: from,
      end: to,
    })),
    ...sources.authority.map(({ authority, from, to }, n) => ({
      uuid: id(`authority/${n}`),
      title: `Who is synced was decided by ${authority === 'scim' ? 'SCIM' : 'the directory connection’s scope'}`,
      start: from,
      ...(to !== null && { end: to }),
    })),
  ];
  return entries.length === 0 ? {} : { 'assessment-log': { entries } };
}

function populationObservation({ asOf, sources }: ReportDocument, id: Ids) {
  return {
    uuid: id('observation/population'),
    title: 'The population, by HR’s roster',
    description: sources.queries.population,
    methods: ['EXAMINE'],
    'relevant-evidence': [{ href: './population.csv', description: 'Every leaver of the period, passes included.' }],
    collected: asOf,
  };
}

interface Within {
  readonly report: ReportDocument;
  readonly indexes: LeafIndexes;
  readonly id: Ids;
}

function observation(unit: ReportUnit, { report, indexes, id }: Within) {
  const records = leafIndexes(unit.evidence, indexes);
  return {
    uuid: id(`observation/${unit.id}`),
    title: `${unit.verdict} (${unit.rule})`,
    description: unit.sentence,
    props: [prop('effect', unit.effect), prop('finding-id', unit.id), ...(records === '' ? [] : [prop('ledger-records', records)])],
    methods: ['TEST'],
    subjects: [{ 'subject-uuid': uuidV5(`subject/${unit.period?.id ?? unit.id}`), type: 'user', title: unit.period?.id ?? unit.id }],
    collected: collectedAt(unit) ?? report.asOf,
  };
}

/** The first instant at which access was proven gone, where it was. */
function collectedAt({ systems }: ReportUnit): Instant | undefined {
  return systems
    .flatMap(({ timing }) => timing?.firstProvenUnusable ?? [])
    .sort()
    .at(-1);
}

function risk(unit: ReportUnit, id: Ids) {
  const isAccepted = unit.disposition?.kind === 'exception' && unit.disposition.approvedAt !== null;
  return {
    uuid: id(`risk/${unit.id}`),
    title: unit.verdict,
    description: unit.sentence,
    statement: `The finding has the effect ${unit.effect}. An exception changes no verdict.`,
    status: isAccepted ? 'deviation-approved' : 'open',
    ...(unit.deadline !== null && { deadline: unit.deadline.latest }),
    ...remediations(unit, id),
    'related-observations': [{ 'observation-uuid': id(`observation/${unit.id}`) }],
  };
}

/** What usually mends such a finding: a recommendation, and no plan of anybody. */
function remediations(unit: ReportUnit, id: Ids): object {
  const cause = causeOf(unit);
  return present(
    'remediations',
    cause === null
      ? []
      : [
          {
            uuid: id(`remediation/${unit.id}`),
            lifecycle: 'recommendation',
            title: cause.cause,
            description: cause.steps.map((step, n) => `${n + 1}. ${step}`).join('\n'),
            props: [prop('diagnosis', cause.code)],
          },
        ],
  );
}

/** Satisfied only where nothing is open: doubt, also about who belongs there, and what is not due yet are no pass (I10). */
function finding(
  of: keyof typeof objectives,
  units: readonly ReportUnit[],
  { id, described, doubts }: { readonly id: Ids; readonly described: string; readonly doubts: readonly PopulationDoubt[] },
) {
  const { objective, title } = objectives[of];
  const failed = units.filter(({ effect }) => effect === 'FAIL');
  const doubtful = units.filter(({ effect }) => effect === 'INSUF' || effect === 'PEND');
  const verdict = concludeTest({ FAIL: failed.length, INSUF: doubtful.length }, doubts.length > 0);
  const isUntested = of === 'leavers' && units.length === 0;
  const reason = isUntested ? 'other' : { FAIL: 'fail', INSUFFICIENT: 'other', PASS: 'pass' }[verdict];
  const told = units.filter(wantsResponse);
  return {
    uuid: id(`finding/${of}`),
    title,
    description: `${described}${isUntested ? ' Nobody left within the period, so that nothing was tested: 0 of 0 is no evidence.' : ''} ${failed.length} failed, ${doubtful.length} cannot be settled or are not due, ${units.length - failed.length - doubtful.length} of ${units.length} are in order or outside the test.${doubts.map(({ detail }) => ` ${detail}`).join('')}`,
    props: [prop('verdict', verdict)],
    target: {
      type: 'objective-id',
      'target-id': objective,
      status: { state: verdict === 'PASS' ? 'satisfied' : 'not-satisfied', reason },
    },
    'related-observations': listed(['population', ...told.map((unit) => unit.id)], (of) => ({
      'observation-uuid': id(`observation/${of}`),
    })),
    ...(told.length > 0 && { 'related-risks': listed(told, (unit) => ({ 'risk-uuid': id(`risk/${unit.id}`) })) }),
  };
}

/** There is no assessment plan of its own; what was done stands here, limits included. */
function procedure(report: ReportDocument, id: Ids) {
  const { roster, directory, scim, population } = report.sources.queries;
  return {
    uuid: id('procedure'),
    title: 'What was compared, and what it cannot show',
    description: [roster, directory, scim, population, ...reportLimits(report)].join('\n'),
  };
}

function fileResource(path: string, content: Uint8Array, id: Ids) {
  return {
    uuid: id(`file/${path}`),
    title: path,
    rlinks: [{ href: `./${path}`, hashes: [{ algorithm: 'SHA-256', value: sha256Of(content).toString('hex') }] }],
  };
}
