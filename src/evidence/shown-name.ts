import { type Html, html, join } from './html.ts';
import { nameMarks } from './name-marks.ts';

/** A name or address from outside: read by itself, whichever way its letters run, with what a reader could not tell by looking at it. It may break before `_` and `@`. */
export function shownName(name: string): Html {
  const parts = name.split(/(?=[_@])/).map((part) => html`${part}`);
  const marks = nameMarks(name);
  const beside = marks.length === 0 ? null : html` <strong>(${marks.join('; ')})</strong>`;
  return html`<bdi>${join(parts, '<wbr>')}</bdi>${beside}`;
}
