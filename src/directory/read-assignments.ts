import { GraphFailure } from './graph-failure.ts';
import { asObject, type JsonObject, listAt, textAt } from './json-shape.ts';
import { objectIdOf } from './read-account.ts';
import { noteAnswer, type Reading, readListing } from './reading.ts';
import { sending } from './sent-queries.ts';
import type { AppAssignment } from './stage.ts';

/** Who is assigned to the enterprise application, and with which role; unknown when none is named, or the tenant has no such application. */
export async function readAssignments(reading: Reading): Promise<void> {
  const { graph, at, scimAppId, stage } = reading;
  if (scimAppId === null) return;
  const application = await graph.look(sending(reading, 'enterprise-application', { appId: scimAppId }));
  noteAnswer(reading, application);
  if ('refused' in application) {
    if (application.refused.code === 'not-found') return;
    throw application.refused;
  }
  const values = roleValues(application.body);
  const principalId = objectIdOf(application.body);
  await readListing(reading, sending(reading, 'assignments', { principalId }), (item) => stage.assignment(assignmentOf(item, values)));
  at.areAssignmentsKnown = true;
  at.assignedAppId = scimAppId;
}

function roleValues(application: JsonObject): ReadonlyMap<string, string | null> {
  const roles = listAt(application, 'appRoles').map((role) => asObject(role) ?? {});
  return new Map(roles.map((role) => [objectIdOf(role), textAt(role, 'value') ?? null]));
}

function assignmentOf(item: JsonObject, values: ReadonlyMap<string, string | null>): AppAssignment {
  const appRoleId = objectIdOf(item, 'appRoleId');
  const assignmentId = textAt(item, 'id');
  if (assignmentId === undefined) throw new GraphFailure('unexpected-answer', { said: 'assignment-without-id' });
  const principalType = textAt(item, 'principalType') ?? 'Unknown';
  return {
    assignmentId,
    principalId: objectIdOf(item, 'principalId'),
    principalType,
    appRoleId,
    appRoleValue: values.get(appRoleId) ?? null,
  };
}
