import { type Html, html, join } from './html.ts';

/** A table of rows of cells under headings; "None." where there are no rows. */
export function htmlTable(headings: readonly string[], rows: readonly (readonly (Html | string | number | null)[])[]): Html {
  if (rows.length === 0) return html`<p>None.</p>`;
  return html`<table>
<thead><tr>${join(
    headings.map((heading) => html`<th>${heading}</th>`),
    '',
  )}</tr></thead>
<tbody>
${join(
  rows.map(
    (cells) =>
      html`<tr>${join(
        cells.map((cell) => html`<td>${cell}</td>`),
        '',
      )}</tr>`,
  ),
)}
</tbody>
</table>`;
}
