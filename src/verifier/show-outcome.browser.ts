import type { Telling } from './print-verification.ts';
import type { VerifyOutcome } from './run-verification.ts';

type Content = Node | string;

/** What was found, as parts of the page. Words of a bundle are put in as text, never as markup. */
export function showOutcome(outcome: VerifyOutcome, lines: readonly string[]): readonly Node[] {
  const shown = outcome.kind === 'unusable' ? [unusable(outcome.because)] : showTelling(outcome.telling, outcome.sample);
  return [...shown, element('details', [element('summary', ['As rollcall verify prints it']), element('pre', [`${lines.join('\n')}\n`])])];
}

function unusable(because: string): Node {
  return verdict('failed', 'Nothing was checked', [[because], ['rollcall verify ends with 2.']]);
}

function showTelling(telling: Telling, sample: readonly string[]): readonly Node[] {
  const { about, besides, meaning, steps, verified } = telling;
  const ended = verified
    ? 'Everything that was checked holds: rollcall verify ends with 0.'
    : 'Something does not hold, or is not shown: rollcall verify ends with 1.';
  return [
    verdict(verified ? 'verified' : 'failed', telling.verdict, [[ended], ...meaning]),
    heading('What was checked'),
    element('ul', steps.map(showStep), 'steps'),
    ...besides.flatMap(({ head, lines }) => [heading(head), items(lines)]),
    heading('What the bundle is'),
    element(
      'dl',
      about.flatMap(({ label, text }) => [...(label === '' ? [] : [element('dt', [label])]), element('dd', [text])]),
    ),
    ...(sample.length === 0 ? [] : [heading('Sample'), element('pre', [sample.join('\n')])]),
  ];
}

function verdict(kind: 'verified' | 'failed', head: string, meaning: Telling['meaning']): Node {
  return element('div', [element('h2', [head]), ...meaning.map((paragraph) => element('p', [paragraph.join(' ')]))], `verdict ${kind}`);
}

function showStep({ name, problems, said }: Telling['steps'][number]): Node {
  const word = element('strong', [said]);
  return element('li', [word, ` ${name}`, ...(problems.length === 0 ? [] : [items(problems)])], said === 'ok' ? 'held' : 'broke');
}

function items(lines: readonly string[]): Node {
  return element(
    'ul',
    lines.map((line) => element('li', [line])),
  );
}

function heading(text: string): Node {
  return element('h3', [text]);
}

function element(name: string, content: readonly Content[], className = ''): Node {
  const made = document.createElement(name);
  made.append(...content);
  if (className !== '') made.className = className;
  return made;
}
