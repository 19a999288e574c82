import { type Html, html, join } from './html.ts';
import { leaversOf, type ReportDocument } from './report-document.ts';
import { causeOf } from './report-remedies-page.ts';
import { type SectionId, sections } from './report-sections.ts';
import { groupUnits, type UnitGroup } from './unit-groups.ts';

/** Links to every section, and to the groups of leavers where they are many. For the screen, and for the PDF, which says on which sheet each is. */
export function contents(report: ReportDocument): Html {
  const hasRemedies = report.findings.some((unit) => causeOf(unit) !== null);
  const ids = (Object.keys(sections) as SectionId[]).filter((id) => id !== 'remedies' || hasRemedies);
  return html`<nav class="contents" aria-label="Contents">
<a class="screen skip" href="#main">Skip the contents</a>
<p><strong>Contents</strong></p>
<ul>
${join(ids.map((id) => html`<li><a href="#${id}">${sections[id]}</a></li>`))}
</ul>
${groupLinks(groupUnits(leaversOf(report)))}
</nav>`;
}

function groupLinks(groups: readonly UnitGroup[]): Html | null {
  const named = groups.filter(({ name }) => name !== null);
  if (named.length === 0) return null;
  return html`<p><strong>Leavers, those who are no pass first, then by name</strong></p>
<ul class="groups">
${join(named.map(({ name, number }) => html`<li><a href="#leavers-${number}">${name}</a></li>`))}
</ul>`;
}
