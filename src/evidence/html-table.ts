import { type Html, html, join } from './html.ts';

type Cell = Html | string | number | null;

/**
 * A table of rows of cells under headings, the first cell of each the heading of its row; "None." where there are no rows. Each cell knows its heading, to
 * say it where the page is too narrow for columns.
 */
export function htmlTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  if (rows.length === 0) return html`<p>None.</p>`;
  return html`<table class="rows">
<thead><tr>${join(
    headings.map((heading) => html`<th scope="col">${heading}</th>`),
    '',
  )}</tr></thead>
<tbody>
${join(rows.map((cells) => row(cells, headings)))}
</tbody>
</table>`;
}

function row([first = null, ...cells]: readonly Cell[], [, ...headings]: readonly string[]): Html {
  return html`<tr><th scope="row">${first}</th>${join(
    cells.map((cell, column) => html`<td data-label="${headings[column] ?? ''}">${cell}</td>`),
    '',
  )}</tr>`;
}
