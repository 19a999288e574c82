import { DAY_MS, type Instant, msBetween } from '../kernel/index.ts';
import type { ReportUnit, TestResult } from '../reconciliation/index.ts';
import { jsonFile } from './json-pieces.ts';
import { reviewedControls, testFindings, testObservation } from './oscal-findings.ts';
import { type Ids, idsWithin, listed, present, prop } from './oscal-parts.ts';
import { type ReportDocument, sha256Of, wantsResponse } from './report-document.ts';
import { reportLimits } from './report-limits.ts';
import { causeOf } from './report-remedies-page.ts';
import { summarize } from './report-summary.ts';
import { type LeafIndexes, leafIndexes } from './report-tables.ts';
import { uuidV5 } from './uuid-v5.ts';

const OSCAL_VERSION = '1.1.3';

/** A stretch without a look at a source is told when it is longer than the usual one between two looks. */
const TOLD_GAP_MS = DAY_MS;

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
          'reviewed-controls': reviewedControls(report),
          ...present(
            'attestations',
            report.responses.map(({ response }) => ({ parts: [{ name: 'management-response', prose: response }] })),
          ),
          ...log(report, id),
          observations: listed<'population' | TestResult | ReportUnit>(['population', ...report.tests, ...told], (of) => {
            if (of === 'population') return populationObservation(report, id);
            return 'ties' in of ? testObservation(of, report, id) : observation(of, { report, indexes, id });
          }),
          ...(told.length > 0 && { risks: listed(told, (unit) => risk(unit, id)) }),
          findings: testFindings(report, id),
        },
      ],
      'back-matter': { resources: [procedure(report, id), ...[...files].map(([path, content]) => fileResource(path, content, id))] },
    },
  };
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
