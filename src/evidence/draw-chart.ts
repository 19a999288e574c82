import type { Drawing, Mark, Tone } from './drawing.ts';
import { bottomOf, fonts, keepTogether, MARGIN, type Pdf, widthOf } from './pdf-sheets.ts';
import { type Element, tagged } from './pdf-tags.ts';

/** As on the page, for whoever prints in colour; each is told apart by its outline or a word beside it. */
const fills: Readonly<Record<Tone, string>> = {
  FAIL: '#8c0000',
  INSUF: '#d79a2b',
  PEND: '#ffffff',
  WARN: '#ffffff',
  PASS: '#b5d8c1',
  OK: '#b5d8c1',
  INFO: '#eeeeee',
  'N/A': '#eeeeee',
  gap: '#6e6e6e',
  looking: '#e6f0ea',
  band: '#9db8cf',
  'authority-scope': '#f2f2f2',
  'authority-scim': '#c9d9ea',
  grid: '#d0d0d0',
  deadline: '#1a1a1a',
  ink: '#1a1a1a',
};

/** A chart, as wide as the sheet, or as high: a figure that says in words what it shows. */
export function drawChart(pdf: Pdf, parent: Element, { width, height, title, marks }: Drawing): void {
  const room = bottomOf(pdf) - MARGIN;
  const scale = Math.min(widthOf(pdf) / width, room / height);
  keepTogether(pdf, height * scale);
  const top = pdf.y;
  const draw = () => {
    pdf.save().translate(MARGIN, top).scale(scale);
    for (const mark of marks) drawMark(pdf, mark);
    pdf.restore();
  };
  tagged(pdf, parent, 'Figure', { alt: title, bbox: [MARGIN, top, MARGIN + width * scale, top + height * scale], draw });
  pdf.x = MARGIN;
  pdf.y = top + height * scale + 6;
}

function drawMark(pdf: Pdf, mark: Mark): void {
  if (mark.kind === 'text') {
    pdf
      .font(mark.isStrong === true ? fonts.bold : fonts.plain)
      .fontSize(11)
      .fillColor('#1a1a1a');
    const width = pdf.widthOfString(mark.text);
    const left = { start: 0, middle: width / 2, end: width }[mark.anchor];
    pdf.text(mark.text, mark.at.x - left, mark.at.y - 10, { lineBreak: false });
    return;
  }
  const fill = fills[mark.tone];
  if (mark.kind === 'line') {
    const { from, to } = mark;
    pdf
      .moveTo(from.x, from.y)
      .lineTo(to.x, to.y)
      .lineWidth(mark.tone === 'ink' ? 1.5 : 0.7)
      .strokeColor(fill)
      .stroke();
    return;
  }
  if (mark.kind === 'bar') pdf.rect(mark.x, mark.y, mark.width, mark.height);
  else pdf.polygon(...mark.points.map(({ x, y }) => [x, y]));
  pdf.lineWidth(0.8).fillAndStroke(fill, '#333333');
}
