import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, msBetween, SECOND_MS } from '../kernel/index.ts';
import type { InstantRange } from '../verdict/index.ts';
import { type Html, html, join } from './html.ts';

/** An instant as a reader of the page sees it, such as `2026-02-12 06:28:11.123 UTC`; whole seconds without the zeros. */
export function shownInstant(instant: Instant): Html {
  return html`<time datetime="${instant}">${plainInstant(instant)}</time>`;
}

/** The same as mere text, for where there are many thousands. */
export function plainInstant(instant: Instant): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, -1).replace(/\.000$/, '')} UTC`;
}

/** A range whose ends are one instant is that instant; as mere text. */
export function plainRange({ earliest, latest }: InstantRange): string {
  return earliest === latest ? plainInstant(earliest) : `between ${plainInstant(earliest)} and ${plainInstant(latest)}`;
}

/** A sentence with its instants in that text, each followed by what `beside` says of it. */
export function withPlainInstants(sentence: string, beside: (instant: Instant) => string = () => ''): string {
  return sentence.replaceAll(
    /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g,
    (instant) => plainInstant(instant as Instant) + beside(instant as Instant),
  );
}

/** A sentence as it is, with the instants in it shown as everywhere on the page. */
export function withInstants(sentence: string): Html {
  const parts = sentence.split(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)/);
  return join(
    parts.map((part, index) => (index % 2 === 1 ? shownInstant(part as Instant) : html`${part}`)),
    '',
  );
}

/** How long a stretch was, in its two largest units: `30 d 2 h`, `41 min 5 s`, `88 ms`. */
export function shownDuration(from: Instant, to: Instant): string {
  const ms = msBetween(from, to);
  if (ms >= DAY_MS) return `${Math.floor(ms / DAY_MS)} d ${Math.floor((ms % DAY_MS) / HOUR_MS)} h`;
  if (ms >= HOUR_MS) return `${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`;
  if (ms >= MINUTE_MS) return `${Math.floor(ms / MINUTE_MS)} min ${Math.floor((ms % MINUTE_MS) / SECOND_MS)} s`;
  return ms >= SECOND_MS ? `${(ms / SECOND_MS).toFixed(1)} s` : `${ms} ms`;
}
