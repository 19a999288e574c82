import { type Html, html, join } from './html.ts';
import { htmlTable } from './html-table.ts';
import { sectionHeading } from './report-sections.ts';
import type { ReportContent } from './report-document.ts';
import { withInstants } from './shown-instant.ts';

/** What each compliance test came to, with k of n and the controls that it is relevant to. */
export function testsPage({ tests }: ReportContent): Html {
  const rows = tests.map(({ diagnoses, passed, of, relevantTo, sentence, title, verdict }) => [
    html`${title}<br><strong>${verdict}</strong>`,
    `${passed} of ${of}`,
    html`${withInstants(sentence)}${join(
      diagnoses.map(({ cause, count }) => html`<br>${count} × ${cause}`),
      '',
    )}`,
    byFramework(relevantTo),
  ]);
  return html`${sectionHeading('tests')}
<p>Each over its whole population, passes included. Who is in doubt, not due yet or outside a test is counted among all; an approved exception changes nothing. The first is about the reporting period, the others about the as-of.</p>
${htmlTable(['Test', 'Passed', 'What was found', 'Relevant to'], rows)}
<p>“Relevant to” names controls to which the answer is evidence. It is no statement that anybody complies with them.</p>`;
}

function byFramework(controls: ReportContent['tests'][number]['relevantTo']): Html {
  const frameworks = [...new Set(controls.map(({ framework }) => framework))];
  const lines = frameworks.map(
    (framework) => html`${framework}: ${controls.flatMap((each) => (each.framework === framework ? [each.control] : [])).join(', ')}`,
  );
  return join(lines, '<br>');
}
