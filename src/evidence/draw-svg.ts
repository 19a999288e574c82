import type { Chart, Drawing, Mark, Tone } from './drawing.ts';
import { type Html, html, join } from './html.ts';

/**
 * A chart as inline SVG: no script, nothing loaded, its colours from the page's own style. On a narrow screen another drawing takes its place, whose letters
 * are as large there as any.
 */
export function drawSvg({ wide, narrow }: Chart): Html {
  return html`<figure><div class="wide">${svg(wide)}</div>
<div class="screen narrow">${svg(narrow)}</div></figure>`;
}

/** To the table that says in figures, under the given id, what is drawn above. */
export function figuresLink(figures: string): Html {
  return html`<p class="screen"><a href="#${figures}">The same in figures</a></p>`;
}

function svg({ width, height, title, marks }: Drawing): Html {
  return html`<svg role="img" aria-label="${title}" viewBox="0 0 ${width} ${height}" class="chart">
<title>${title}</title>
<desc>The table after it says the same in figures.</desc>
${join(marks.map(shape))}
</svg>`;
}

function shape(mark: Mark): Html {
  if (mark.kind === 'text') {
    return html`<text class="${mark.anchor}${mark.isStrong === true ? ' strong' : ''}" x="${mark.at.x}" y="${mark.at.y}">${mark.text}</text>`;
  }
  const tone = toneClass(mark.tone);
  if (mark.kind === 'bar') return html`<rect class="${tone}" x="${mark.x}" y="${mark.y}" width="${mark.width}" height="${mark.height}"/>`;
  if (mark.kind === 'area') return html`<polygon class="${tone}" points="${mark.points.map(({ x, y }) => `${x},${y}`).join(' ')}"/>`;
  return html`<line class="${tone}" x1="${mark.from.x}" y1="${mark.from.y}" x2="${mark.to.x}" y2="${mark.to.y}"/>`;
}

function toneClass(tone: Tone): string {
  return `t-${tone.replace('/', '')}`;
}
