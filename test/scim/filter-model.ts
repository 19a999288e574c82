import fc from 'fast-check';

/** A filter as text, and what it means on a resource as GET shows it; written without the code that it is compared with. */
export interface ModelFilter {
  readonly text: string;
  readonly holds: (resource: Json) => boolean;
}

export type Json = { readonly [key: string]: unknown };

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The words that resources and filters share, so that random filters find something; in several cases. */
const WORDS = ['Ada', 'ada', 'ADA', 'Bob', 'bob-2', 'éclair', 'Éclair', 'a"b', 'x%y_z', '10', '9', ''] as const;
const word = fc.constantFrom(...WORDS);
const filled = fc.constantFrom(...WORDS.filter((text) => text !== ''));

/** The attributes of a user but its userName, which must be unique. */
export const someAttributes = fc.record(
  {
    externalId: filled,
    displayName: filled,
    title: filled,
    nickName: filled,
    active: fc.boolean(),
    name: fc.record({ givenName: filled, familyName: filled }, { requiredKeys: [] }),
    emails: fc.uniqueArray(
      fc.record({ value: filled, type: fc.constantFrom('work', 'home', 'Work'), primary: fc.boolean() }, { requiredKeys: ['value'] }),
      {
        selector: ({ value, type }) => `${value} ${type}`,
        maxLength: 3,
      },
    ),
    [ENT]: fc.record({ department: filled, employeeNumber: filled, manager: filled.map((value) => ({ value })) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

/** Where a filter looks: the values that are there. */
interface Path {
  readonly name: string;
  readonly isExact: boolean;
  readonly isListed: boolean;
  readonly values: (resource: Json) => readonly unknown[];
}

// oxlint-disable-next-line typescript/no-explicit-any -- a resource is any JSON
const single = (name: string, read: (resource: any) => unknown, isExact = false): Path => ({
  name,
  isExact,
  isListed: false,
  values: (resource) => present([read(resource)]),
});
const present = (values: readonly unknown[]) => values.filter((value) => value !== undefined);
const emails = (resource: Json): readonly Json[] => (resource['emails'] as Json[] | undefined) ?? [];

const textPaths: readonly Path[] = [
  single('userName', (user) => user.userName),
  single('externalId', (user) => user.externalId, true),
  single('displayName', (user) => user.displayName),
  single('title', (user) => user.title),
  single('NICKNAME', (user) => user.nickName),
  single('name.givenName', (user) => user.name?.givenName),
  single(`${ENT}:department`, (user) => user[ENT]?.department),
  single('employeeNumber', (user) => user[ENT]?.employeeNumber, true),
  single('manager', (user) => user[ENT]?.manager?.value, true),
  { name: 'emails', isExact: false, isListed: true, values: (user) => present(emails(user).map((email) => email['value'])) },
  { name: 'emails.type', isExact: false, isListed: true, values: (user) => present(emails(user).map((email) => email['type'])) },
];

const operators: Readonly<Record<string, (actual: string, wanted: string) => boolean>> = {
  eq: (actual, wanted) => actual === wanted,
  ne: (actual, wanted) => actual !== wanted,
  co: (actual, wanted) => actual.includes(wanted),
  sw: (actual, wanted) => actual.startsWith(wanted),
  ew: (actual, wanted) => actual.endsWith(wanted),
  gt: (actual, wanted) => actual > wanted,
  ge: (actual, wanted) => actual >= wanted,
  lt: (actual, wanted) => actual < wanted,
  le: (actual, wanted) => actual <= wanted,
};
const operatorName = fc.constantFrom(...Object.keys(operators));

function compare({ isExact }: { readonly isExact: boolean }, operator: string, wanted: string): (actual: unknown) => boolean {
  const fold = (text: string) => (isExact ? text : text.toLowerCase());
  return (actual) => operators[operator]!(fold(String(actual)), fold(wanted));
}

const textComparison = fc.tuple(fc.constantFrom(...textPaths), operatorName, word).map(([path, operator, wanted]): ModelFilter => {
  const meets = compare(path, operator, wanted);
  return {
    text: `${path.name} ${operator} ${JSON.stringify(wanted)}`,
    holds: (resource) => {
      const values = path.values(resource);
      return values.some(meets) || (operator === 'ne' && values.length === 0);
    },
  };
});

const presence = fc.constantFrom(...textPaths).chain((path) =>
  fc.constantFrom<ModelFilter>(
    { text: `${path.name} pr`, holds: (resource) => path.values(resource).length > 0 },
    // RFC 7643 §2.5: null is the absence of a value
    { text: `${path.name === 'emails' ? 'emails.value' : path.name} eq null`, holds: (resource) => path.values(resource).length === 0 },
    { text: `${path.name === 'emails' ? 'emails.value' : path.name} ne null`, holds: (resource) => path.values(resource).length > 0 },
  ),
);

const truth = fc.tuple(fc.boolean(), fc.constantFrom('eq', 'ne'), fc.boolean()).map(
  ([wanted, operator, quoted]): ModelFilter => ({
    text: `active ${operator} ${quoted ? (wanted ? '"True"' : '"False"') : wanted}`,
    holds: ({ active }) => (active === wanted) === (operator === 'eq'),
  }),
);

/** One value of `emails` meets all of it. */
const valuePath = fc
  .tuple(fc.constantFrom('work', 'HOME'), fc.boolean(), operatorName, word)
  .map(([type, isNegated, operator, wanted]): ModelFilter => {
    const meets = compare({ isExact: false }, operator, wanted);
    const ofType = (email: Json) => (typeof email['type'] === 'string' && email['type'].toLowerCase() === type.toLowerCase()) !== isNegated;
    const text = isNegated ? `not (type eq "${type}")` : `type eq "${type}"`;
    return {
      text: `emails[${text} and value ${operator} ${JSON.stringify(wanted)}]`,
      holds: (resource) => emails(resource).some((email) => ofType(email) && meets(email['value'])),
    };
  });

/** Any filter: comparisons joined by and, or and not. */
export const { filter: anyFilter } = fc.letrec<{ filter: ModelFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    textComparison,
    textComparison,
    presence,
    truth,
    valuePath,
    fc
      .tuple(tie('filter'), tie('filter'))
      .map(([a, b]): ModelFilter => ({ text: `(${a.text}) and (${b.text})`, holds: (r) => a.holds(r) && b.holds(r) })),
    fc
      .tuple(tie('filter'), tie('filter'))
      .map(([a, b]): ModelFilter => ({ text: `(${a.text}) or ${b.text}`, holds: (r) => a.holds(r) || b.holds(r) })),
    tie('filter').map((a): ModelFilter => ({ text: `not (${a.text})`, holds: (r) => !a.holds(r) })),
  ),
}));
