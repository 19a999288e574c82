import type { Actor } from './actors-of.ts';
import { type Html, html } from './html.ts';
import type { NamedThing } from './named-thing.ts';
import { shownName } from './shown-name.ts';

/** What a report's ids are called. */
export interface Naming {
  readonly actors: readonly Actor[];
  readonly names: readonly NamedThing[];
}

type Thing = Pick<NamedThing, 'kind' | 'id'>;

/** An id with the name that belongs to it, or that it was erased; the id alone where none is known. */
export function shownNamed(thing: Thing, naming: Pick<Naming, 'names'>): Html {
  return named(nameOfThing(thing, naming), thing.id);
}

/** The same of whoever did something, within a sentence. */
export function namedActor(actor: string, naming: Pick<Naming, 'actors'>): Html {
  return named(nameOfActor(actor, naming), actor);
}

function named(name: string | null | undefined, id: string): Html {
  return name === undefined
    ? html`<code>${id}</code>`
    : html`${name === null ? 'erased' : shownName(name)} <small>(<code>${id}</code>)</small>`;
}

/** What it is called: null where that was erased, undefined where nobody knows. */
export function nameOfThing({ id, kind }: Thing, { names }: Pick<Naming, 'names'>): string | null | undefined {
  return names.find((each) => each.kind === kind && each.id === id.toLowerCase())?.name;
}

/** What whoever did something is called, as `nameOfThing` says it. */
export function nameOfActor(actor: string, { actors }: Pick<Naming, 'actors'>): string | null | undefined {
  return actors.find((each) => each.actor === actor)?.name;
}

/** Whoever did something, in a line of words: `grace@contoso.example (administrator:…)`. */
export function actorText(actor: string, naming: Pick<Naming, 'actors'>): string {
  const name = nameOfActor(actor, naming);
  return name === undefined ? actor : `${name ?? 'erased'} (${actor})`;
}
