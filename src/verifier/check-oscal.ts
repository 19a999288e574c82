import type { ComplianceTestId } from '../verdict/index.ts';
import { type BundleFiles, readWhole } from './bundle-files.ts';
import { isObject, type JsonObject, listAt, objectAt, parseJson } from './json-shape.ts';
import { brokenCheck, type Problem, problem } from './problem.ts';
import { same } from './same-value.ts';

export const OSCAL = 'oscal/assessment-results.json';

/** What a report of management's answers expects one of is an observation and a risk there. */
const told: readonly unknown[] = ['FAIL', 'INSUF', 'PEND', 'WARN'];

/**
 * The OSCAL file comes to what `report.json` comes to: its conclusion and figures, each finding that is no pass with its verdict and what is decided about it, and whether the
 * objectives are satisfied. What else it says in words is not compared.
 */
export async function checkOscal(files: BundleFiles, report: JsonObject): Promise<{ readonly problems: readonly Problem[] }> {
  if (!files.paths.includes(OSCAL)) return { problems: [problem('table', `${OSCAL} is missing`)] };
  try {
    const results = objectAt(objectAt(parseJson(await readWhole(files, OSCAL)), OSCAL)['assessment-results'], OSCAL);
    const [result, ...more] = listAt(results['results'], 'results').map((each) => objectAt(each, 'a result'));
    const wrong = result === undefined || more.length > 0 ? ['has no result, or several'] : differences(result, report);
    return { problems: wrong.map((what) => problem('table', `${OSCAL} ${what}`)) };
  } catch (error) {
    return { problems: [brokenCheck(OSCAL, error)] };
  }
}

function differences(result: JsonObject, report: JsonObject): readonly string[] {
  const findings = listAt(report['findings'], 'findings').map((each) => objectAt(each, 'a finding'));
  const listed = findings.filter(({ effect }) => told.includes(effect));
  const tests = listIn(report, 'tests');
  const observations = listIn(result, 'observations').slice(1); // the first is of the population
  const compared: readonly (readonly [string, unknown, unknown])[] = [
    ['another period', [result['start'], result['end']], [report['periodStart'], report['periodEnd']]],
    ['other figures', propsOf(result), figuresOf(report)],
    ['other tests', observations.slice(0, tests.length).map(looked), tests.map(lookedAt)],
    ['other findings', observations.slice(tests.length).map(observed), listed.map(observation)],
    ['other risks', listIn(result, 'risks').map(risked), listed.map(risk)],
    [
      'other answers of management',
      answersIn(result),
      listAt(report['responses'], 'responses').map((each) => objectAt(each, 'a response')['response']),
    ],
    ['objectives that come to something else', listIn(result, 'findings').map(targeted), tests.map(objective)],
  ];
  const concluded = `${String(report['conclusion'])}: ${String(report['concludedBecause'])} `;
  return [
    ...(String(result['description']).startsWith(concluded) ? [] : ['concludes otherwise than report.json']),
    ...compared.filter(([, given, expected]) => !same(given, expected)).map(([what]) => `tells of ${what} than report.json`),
  ];
}

function listIn(object: JsonObject, name: string): readonly JsonObject[] {
  return object[name] === undefined ? [] : listAt(object[name], name).map((each) => objectAt(each, name));
}

function propsOf(object: JsonObject): readonly (readonly unknown[])[] {
  return listIn(object, 'props').map(({ name, value }) => [name, value]);
}

function propOf(object: JsonObject, name: string): unknown {
  return listIn(object, 'props').find((each) => each['name'] === name)?.['value'] ?? null;
}

function figuresOf({ asOf, conclusion, effects, log, policies, totals }: JsonObject): readonly (readonly unknown[])[] {
  const { employmentPeriods, leavers } = objectAt(totals, 'totals');
  return [
    ['conclusion', conclusion],
    ['as-of', asOf],
    ['log-origin', log],
    ['leavers', String(leavers)],
    ['employment-periods', String(employmentPeriods)],
    ...Object.entries(objectAt(effects, 'effects')).map(([effect, count]) => [propOfEffect(effect), String(count)]),
    ...listAt(policies, 'policies').map((each) => {
      const { recordId, version } = objectAt(each, 'a policy');
      return [`policy-version-${String(version)}`, recordId];
    }),
  ];
}

function observed(each: JsonObject): readonly unknown[] {
  return [propOf(each, 'finding-id'), each['title'], propOf(each, 'effect'), each['description']];
}

function observation({ effect, id, rule, sentence, verdict }: JsonObject): readonly unknown[] {
  return [id, `${String(verdict)} (${String(rule)})`, effect, sentence];
}

function risked({ description, status, title }: JsonObject): readonly unknown[] {
  return [title, description, status];
}

function risk({ disposition, sentence, verdict }: JsonObject): readonly unknown[] {
  const isAccepted = isObject(disposition) && disposition['kind'] === 'exception' && disposition['approvedAt'] !== null;
  return [verdict, sentence, isAccepted ? 'deviation-approved' : 'open'];
}

function answersIn(result: JsonObject): readonly unknown[] {
  return listIn(result, 'attestations').flatMap((each) => listIn(each, 'parts').map(({ prose }) => prose));
}

function looked({ description, title }: JsonObject): readonly unknown[] {
  return [title, description];
}

function lookedAt({ population, rule, title }: JsonObject): readonly unknown[] {
  return [title, `${String(population)} ${String(rule)}`];
}

function targeted(finding: JsonObject): readonly unknown[] {
  const target = objectAt(finding['target'], 'target');
  return [finding['title'], target['target-id'], objectAt(target['status'], 'status')['state'], propsOf(finding)];
}

/** The objective of each test (NIST SP 800-53A rev. 5). */
const objectives: Readonly<Record<string, string>> = {
  'terminated-people-are-deactivated': 'ps-4_obj.a',
  'directory-accounts-have-people': 'ac-2.3_obj.b',
  'scim-users-are-assigned': 'ac-2_obj.i.1',
  'roles-match': 'ps-5_obj.c',
  'owners-are-here': 'ac-2_obj.b',
  'mfa-on-azure': 'ia-2.2_obj',
} satisfies Record<ComplianceTestId, string>;

/** Satisfied only where it passes: doubt, also about who belongs there, and what is not due yet are no pass (I10). */
function objective({ effects, excepted, id, of, passed, title, verdict }: JsonObject): readonly unknown[] {
  const counted = Object.entries(objectAt(effects, 'effects')).map(([effect, count]) => [propOfEffect(effect), String(count)]);
  const figures = [
    ['test', id],
    ['verdict', verdict],
    ['passed', String(passed)],
    ['of', String(of)],
    ['excepted', String(excepted)],
    ...counted,
  ];
  return [title, objectives[String(id)], verdict === 'PASS' ? 'satisfied' : 'not-satisfied', figures];
}

function propOfEffect(effect: string): string {
  return `effect-${effect.toLowerCase().replace('/', '')}`;
}
