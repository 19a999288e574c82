import { type Diagnosis, type DiagnosisCode, diagnosisCodeOf, diagnosisOf, type ReportUnit } from '../reconciliation/index.ts';
import { type Html, html, join } from './html.ts';
import { sectionHeading } from './report-sections.ts';

/** What is probably behind a finding; null where nothing is wrong with it, or nobody can say. */
export function causeOf({ all }: ReportUnit): Diagnosis | null {
  const code = diagnosisCodeOf(all);
  return code === null ? null : diagnosisOf(code);
}

/** In the row of a finding: the cause, and where the report says what to do about it. */
export function causeLine(unit: ReportUnit): Html | null {
  const cause = causeOf(unit);
  return cause === null ? null : html`<p>Probably: ${cause.cause} <a href="#remedy-${cause.code}">What to do</a></p>`;
}

/** What to do, once for each cause, the most frequent first. */
export function remediesPage(units: readonly ReportUnit[]): Html {
  const counts = new Map<DiagnosisCode, number>();
  for (const { code } of units.flatMap((unit) => causeOf(unit) ?? [])) counts.set(code, (counts.get(code) ?? 0) + 1);
  if (counts.size === 0) return html``;
  const causes = [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  return html`${sectionHeading('remedies')}
<p>What usually lies behind findings such as these. It decides nothing: every verdict stands as it is.</p>
${join(causes.map(([code, count]) => remedy(diagnosisOf(code), count)))}`;
}

function remedy({ cause, code, lookAt, steps }: Diagnosis, count: number): Html {
  return html`<section id="remedy-${code}"><h3>${code} (${count})</h3>
<p>${cause}</p>
<ol>
${join(steps.map((step) => html`<li>${step}</li>`))}
</ol>
<p><small>Where to look: ${lookAt.join('; ')}</small></p>
</section>`;
}
