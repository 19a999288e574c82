import { Parser } from 'htmlparser2';

/** An element of an answer, with the text that stands directly in it. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

/** The document's outermost element; undefined for what is no XML, or is cut off: a list that is not whole would hide what stands behind. */
export function readXml(text: string): XmlElement | undefined {
  const document: OpenElement = { name: '', text: '', children: [] };
  const open = [document];
  let isWhole = true;
  const parser = new Parser(
    {
      onopentagname: (name) => void open.push({ name, text: '', children: [] }),
      ontext: (piece) => {
        const within = open.at(-1);
        if (within !== undefined) within.text += piece;
      },
      onclosetag: (_name, isImplied) => {
        const closed = open.pop();
        if (closed === undefined) return;
        // An empty one may close itself, which the parser counts as implied.
        isWhole &&= !isImplied || (closed.text === '' && closed.children.length === 0);
        open.at(-1)?.children.push(closed);
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(text);
  isWhole &&= open.length === 1;
  parser.end();
  const [root, ...more] = document.children;
  return isWhole && more.length === 0 ? root : undefined;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function textOf(element: XmlElement, name: string): string | undefined {
  return childrenOf(element, name)[0]?.text.trim();
}
