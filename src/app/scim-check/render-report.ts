import { type Check } from './check.ts';
import { dialectNames } from './dialects.ts';
import type { CheckReport, CheckResult } from './run-checks.ts';

const NAME_WIDTH = 28;
const DIALECT_WIDTH = 10;
const TERM_WIDTH = 9;

export function renderHeading(baseUrl: string): string {
  return `SCIM check of ${withoutQuery(baseUrl)}\n\n${row(['test', 'name', 'dialect', 'result'])}\n`;
}

/** The row of a check that has ended, and below it what an administrator needs to act on. */
export function renderResult(result: CheckResult): string {
  const mark = result.mandatory ? result.outcome : `${result.outcome} (optional)`;
  const lines = [row([result.id, result.name, result.dialect ?? '', mark])];
  const because = [
    ['expected', result.expected],
    ['came', result.came],
    ['means', result.means],
    ['because', result.because],
  ] as const;
  for (const [term, text] of because) if (text !== undefined) lines.push(`      ${term.padEnd(TERM_WIDTH)} ${text}`);
  return `${lines.join('\n')}\n`;
}

export function renderSummary({ results, passed, stopped, left }: CheckReport): string {
  const failed = results.filter(({ outcome }) => outcome === 'FAILED');
  const mandatory = failed.filter((result) => result.mandatory).length;
  const count = (outcome: CheckResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return [
    '',
    `${count('PASSED')} passed, ${failed.length} failed (${mandatory} mandatory), ${count('SKIPPED')} skipped`,
    ...(stopped === null ? [] : [`Not everything was checked: ${stopped}.`]),
    ...(left.length === 0
      ? []
      : ['Could not be removed again (look for names that begin with rollcall-check-):', ...left.map((one) => `  ${one}`)]),
    verdict(passed, mandatory),
    '',
  ].join('\n');
}

/** A run that did not come to its end proves nothing, in either direction. */
function verdict(passed: boolean, failedMandatory: number): string {
  if (passed) return 'Every mandatory test passed.';
  return failedMandatory > 0 ? 'This server is not ready for Entra.' : 'It is not proven that this server is ready for Entra.';
}

export function renderJson(baseUrl: string, report: CheckReport): string {
  return `${JSON.stringify({ baseUrl: withoutQuery(baseUrl), ...report }, null, 2)}\n`;
}

export function renderList(checks: readonly Check[]): string {
  const rows = checks.map(({ id, name, dialects, mandatory }) => {
    const inDialects = dialects === 'each' ? dialectNames.join(', ') : dialects === 'once' ? '' : dialects;
    return `${id.padEnd(4)} ${name.padEnd(NAME_WIDTH)} ${mandatory ? 'mandatory' : 'optional '}  ${inDialects}`.trimEnd();
  });
  return `${rows.join('\n')}\n`;
}

function row([id, name, dialect, result]: readonly [string, string, string, string]): string {
  return `${id.padEnd(4)} ${name.padEnd(NAME_WIDTH)} ${dialect.padEnd(DIALECT_WIDTH)} ${result}`;
}

/** A secret may stand in a query; it is nobody's business in a report. */
function withoutQuery(address: string): string {
  const url = new URL(address);
  return `${url.origin}${url.pathname}`;
}
