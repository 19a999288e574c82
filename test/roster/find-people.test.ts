import { expect, it } from '@jest/globals';
import { steppingClock } from '../support/clock.ts';
import { testDatabase } from '../support/database.ts';
import { ANN, BEN, rosterServer } from './roster-server.ts';

it('finds people by their employee id and by their work address, in any letters', async () => {
  const db = await testDatabase();
  const at = await rosterServer(db, steppingClock());
  try {
    await at.post('mode=import', [ANN, BEN]);
    const asked = async (query: string) => {
      const { people } = (await at.get(`/people?${query}`)) as { people: readonly { readonly employeeId: string }[] };
      return people.map(({ employeeId }) => employeeId);
    };
    expect(await asked('employeeId=2')).toEqual(['2']);
    expect(await asked('workEmail=ann%40CONTOSO.example')).toEqual(['1']);
    expect(await asked('workEmail=ann%40contoso.example&employeeId=2')).toEqual([]);
    expect(await asked('employeeId=3')).toEqual([]);
  } finally {
    await at.close();
    await db.drop();
  }
});
