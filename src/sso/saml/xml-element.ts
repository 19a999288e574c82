import type { XmlElement } from './read-xml.ts';

/** The children of that name; with a namespace, as every name in SAML has one. */
export function childrenOf(element: XmlElement, namespace: string, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.namespace === namespace && child.name === name);
}

/** The one child of that name; undefined where there is none, or more than one. */
export function onlyChild(element: XmlElement, namespace: string, name: string): XmlElement | undefined {
  const [first, ...more] = childrenOf(element, namespace, name);
  return more.length === 0 ? first : undefined;
}

/** The element and all that is in it. */
export function everyElement(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(everyElement)];
}
