import { visibleText } from './visible-text.ts';

/** HTML that is safe to put into a page. Made by `html` and `join` alone, so that no text of a person reaches a page unescaped. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | null;

/** A template whose values are escaped unless they are HTML already, with nothing in them hidden; null is nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, index) => text + shown(parts[index] ?? null)).join('') };
}

export function join(parts: readonly Html[], between = '\n'): Html {
  return { html: parts.map((part) => part.html).join(between) };
}

/** As `join` does it, a part at a time: what is long is never in one piece. */
export function* joined(parts: Iterable<Html>, between = '\n'): Generator<string> {
  let before = '';
  for (const part of parts) {
    yield before + part.html;
    before = between;
  }
}

function shown(part: Part): string {
  if (part === null) return '';
  return typeof part === 'object' ? part.html : escape(String(part));
}

function escape(text: string): string {
  return visibleText(text).replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
