import { type Instant, parseInstant, refuse } from '../../kernel/index.ts';
import type { Exchange } from '../http/exchange.ts';

/** The members of a JSON object, each read once by its kind. A member that is absent reads as undefined; all errors are `invalid-request`. */
export interface ControlFields {
  has(name: string): boolean;
  names(): readonly string[];
  text(name: string): string;
  optionalText(name: string): string | undefined;
  /** null is a value of its own: it clears. */
  nullableText(name: string): string | null | undefined;
  nullableInstant(name: string): Instant | null | undefined;
  optionalBoolean(name: string): boolean | undefined;
  optionalCount(name: string): number | undefined;
  optionalTexts(name: string): readonly string[] | undefined;
  optionalObjects(name: string): readonly ControlFields[] | undefined;
  optionalObject(name: string): ControlFields | undefined;
}

/** The body of a control call, parsed; an empty body is an empty object. */
export function controlBody(exchange: Exchange): unknown {
  if (exchange.body.trim() === '') return {};
  try {
    return JSON.parse(exchange.body) as unknown;
  } catch {
    return refuse('invalid-request', { detail: 'the body is no JSON' });
  }
}

export function controlFields(value: unknown): ControlFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('invalid-request', { detail: 'an object is expected' });
  const members = new Map<string, unknown>(Object.entries(value));
  const read = <T>(name: string, kind: string, isKind: (member: unknown) => member is T): T | undefined => {
    const member = members.get(name);
    if (member === undefined) return undefined;
    return isKind(member) ? member : refuse('invalid-request', { detail: `${name}: ${kind} is expected` });
  };
  const nullableText = (name: string) => read(name, 'a text or null', (member) => member === null || isText(member));
  return {
    has: (name) => members.has(name),
    names: () => [...members.keys()],
    text: (name) => read(name, 'a text', isText) ?? refuse('invalid-request', { detail: `${name} is missing` }),
    optionalText: (name) => read(name, 'a text', isText),
    nullableText,
    nullableInstant: (name) => {
      const text = nullableText(name);
      return typeof text === 'string' ? (parseInstant(text) ?? refuse('invalid-request', { detail: `${name}: no date-time` })) : text;
    },
    optionalBoolean: (name) => read(name, 'true or false', (member) => typeof member === 'boolean'),
    optionalCount: (name) => read(name, 'a number above 0', isCount),
    optionalTexts: (name) => read(name, 'a list of texts', (member) => isListOf(member, isText)),
    optionalObjects: (name) => read(name, 'a list of objects', isList)?.map(controlFields),
    optionalObject: (name) => (members.has(name) ? controlFields(members.get(name)) : undefined),
  };
}

/** Each element of a body that is a list. */
export function controlList(value: unknown): readonly ControlFields[] {
  return isList(value) ? value.map(controlFields) : refuse('invalid-request', { detail: 'a list is expected' });
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isListOf<T>(value: unknown, isKind: (element: unknown) => element is T): value is readonly T[] {
  return isList(value) && value.every(isKind);
}
