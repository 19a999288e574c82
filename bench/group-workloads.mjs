import { memberBody } from './request-bodies.mjs';
import { get, patch } from './requests.mjs';

const SIZES = [100, 10_000, 50_000];

/** How many users a population must have beyond the members of a group for it to be measured: those who come and go. */
const OUTSIDERS = 250;
const UUID_LENGTH = 36;

/** Whose number follows on the members': one for the workload of one connection, and one for each of many (at most 49). */
const ALONE = 0;
const FIRST_OF_MANY = 1;

/** The outsiders that `concurrent-adds.mjs` takes, whom no workload touches. */
export const UNTOUCHED = { first: 50, count: OUTSIDERS - 50 };

/** The seeded group of that size, or undefined where the population is too small for it. */
export function groupOf({ count, groups }, size) {
  return count >= size + OUTSIDERS ? groups.get(`load-g${size}`) : undefined;
}

/** `family` and `size`: workloads of a family may not cost more in a larger group. */
export function groupWorkloads(population) {
  return SIZES.flatMap((size) => {
    const id = groupOf(population, size);
    if (id === undefined) return [];
    const name = `group of ${size.toLocaleString('en')}`;
    const path = `/Groups/${id}`;
    const coming = (number) => population.userAt(size + number).id;
    const constant = (family, rest) => ({ operation: `${name}, ${family}`, family, size, ...rest });
    return [
      constant('add/remove, 1 connection', { connections: 1, start: () => () => comeAndGo(path, coming(ALONE)) }),
      constant('add/remove', { start: () => (lane) => comeAndGo(path, coming(FIRST_OF_MANY + lane)) }),
      constant('GET without members', { start: () => () => readStep(`${path}?excludedAttributes=members`, 0) }),
      { operation: `${name}, GET`, isLong: size > SIZES[0], start: () => () => readStep(path, size * UUID_LENGTH) },
    ];
  });
}

/** One member comes and goes: a step is one PATCH. */
function comeAndGo(path, member) {
  let isMember = false;
  return async (expect) => {
    isMember = !isMember;
    await expect(patch(path, memberBody(isMember ? 'Add' : 'Remove', member), 204));
    return 1;
  };
}

function readStep(path, atLeast) {
  return async (expect) => {
    await expect(get(path, { atLeast }));
    return 1;
  };
}
