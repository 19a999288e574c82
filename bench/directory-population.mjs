export const PAGE = 999;

/** 16 bytes whose last 6 count. */
export function userId(n) {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function groupId(n) {
  return `10000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** As Graph shows one. From generation 1 on, every thousandth has another title and is disabled. */
export function userOf(n, generation) {
  const isChanged = generation > 0 && n % 1_000 === 0;
  return {
    id: userId(n),
    userPrincipalName: `user${n}@load.example`,
    mail: `user${n}@load.example`,
    proxyAddresses: [`SMTP:user${n}@load.example`, `smtp:u${n}@mail.load.example`],
    displayName: `User ${n} of the load`,
    accountEnabled: !isChanged,
    userType: 'Member',
    createdDateTime: '2024-01-01T00:00:00Z',
    employeeId: String(n),
    creationType: null,
    department: `Department ${n % 97}`,
    employeeType: 'Employee',
    jobTitle: isChanged ? 'Former' : `Title ${n % 31}`,
    lastPasswordChangeDateTime: '2026-01-01T00:00:00Z',
    onPremisesImmutableId: null,
    otherMails: [],
    signInSessionsValidFromDateTime: '2026-01-01T00:00:00Z',
  };
}

export function page(url, { path, query = '', at, count, itemOf, last = {} }) {
  const end = Math.min(at + PAGE, count);
  const value = Array.from({ length: end - at }, (_, index) => itemOf(at + index));
  return JSON.stringify({ value, ...(end < count ? { '@odata.nextLink': `${url}${path}?${query}$skiptoken=${end}` } : last) });
}

/** A tree in which every group has two others and five users in it. */
export function groupMembers(n, { groups, users }) {
  const below = [2 * n + 1, 2 * n + 2].filter((child) => child < groups);
  const value = [
    ...below.map((child) => ({ '@odata.type': '#microsoft.graph.group', id: groupId(child) })),
    ...Array.from({ length: 5 }, (_, index) => ({ '@odata.type': '#microsoft.graph.user', id: userId((n * 5 + index) % users) })),
  ];
  return JSON.stringify({ value });
}

export const deletedItems = '{"value":[]}';
