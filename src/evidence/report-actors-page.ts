import type { Actor } from './actors-of.ts';
import { type Html, html } from './html.ts';
import { htmlTable } from './html-table.ts';
import { sectionHeading } from './report-sections.ts';
import { shownName } from './shown-name.ts';

/** Who is meant by the ids of whoever did something. */
export function actorsPage({ actors }: { readonly actors: readonly Actor[] }): Html {
  return html`${sectionHeading('actors')}
<p>Whoever imported, asked for, approved, set, answered or sealed what this report tells of, as they were called when it was sealed: administrators by their addresses, owners by their names. “system” is the program itself.</p>
${htmlTable(
  ['Name', 'Id'],
  actors.map(({ actor, name }) => [nameCell(name), html`<code>${actor}</code>`]),
)}`;
}

/** An id with the name that belongs to it; the id alone where none does. */
export function shownActor(actor: string, actors: readonly Actor[]): Html {
  const known = actors.find((each) => each.actor === actor);
  return known === undefined ? html`<code>${actor}</code>` : html`${nameCell(known.name)}<br><small><code>${actor}</code></small>`;
}

function nameCell(name: string | null): Html {
  return name === null ? html`erased` : shownName(name);
}
