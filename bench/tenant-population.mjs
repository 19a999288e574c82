// People and groups for a simulated tenant: the same ones each time, every attribute of the default mapping among them.

const cities = [
  ['Berlin', 'BE', 'DE', 'de-DE'],
  ['Lyon', 'ARA', 'FR', 'fr-FR'],
  ['Kraków', 'MA', 'PL', 'pl-PL'],
  ['Reno', 'NV', 'US', 'en-US'],
];
const departments = ['Law', 'Sales', 'Research & Development', 'Réception'];

/** So many groups share the people out, with this many members more each time before it starts over. */
const GROUP_SIZES = [5, 20, 45, 80];

/** What an administrator enters of the person of a number. Some people have few attributes, and one in seven has no mail. */
export function personOf(number) {
  const [city, state, country, preferredLanguage] = cities[number % cities.length];
  const name = `p${String(number).padStart(6, '0')}`;
  const sparse = number % 5 === 4;
  return {
    userPrincipalName: `${name}@Contoso.example`,
    displayName: `Person ${number}`,
    givenName: `Given${number}`,
    surname: `O'Surname-${number}`,
    mail: number % 7 === 6 ? null : `${name}.Mail@Contoso.example`,
    employeeId: `E${number}`,
    department: departments[number % departments.length],
    ...(!sparse && {
      jobTitle: `"Title" \\ ${number}`,
      preferredLanguage,
      officeLocation: `Floor ${number % 9}, ${city}`,
      streetAddress: `${number} Main Street`,
      city,
      state,
      postalCode: String(10000 + number),
      country,
      businessPhone: `+1 (555) ${number}`,
      mobilePhone: `+49 171 ${number}`,
      faxNumber: `0${number}`,
    }),
  };
}

/** The number of each person's manager: every tenth person manages the nine after it, the first manages them. */
export function managerOf(number) {
  if (number === 0) return undefined;
  return number % 10 === 0 ? 0 : number - (number % 10);
}

/** The numbers of the members of a group, out of so many people. */
export function membersOf(group, people) {
  const size = Math.min(GROUP_SIZES[group % GROUP_SIZES.length], people);
  return [...new Set(Array.from({ length: size }, (_, index) => (group * 37 + index * 7) % people))];
}
