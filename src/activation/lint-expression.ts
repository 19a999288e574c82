import { type MappingExpression, parseExpression } from './mapping-expression.ts';

/** What an expression that yields a role can get wrong. */
export type ExpressionFault =
  | 'unreadable'
  | 'unknown-role'
  | 'role-not-grantable'
  | 'unknown-app-role'
  | 'missing-default'
  | 'no-role'
  | 'several-app-roles'
  | 'attribute-without-function';

export interface ExpressionFinding {
  readonly code: ExpressionFault;
  readonly detail: string;
  readonly remedy: string;
}

export interface KnownRoles {
  /** Ids of the catalogue. */
  readonly roles: readonly { readonly id: string; readonly directoryMayGrant: boolean }[];
  /** Values of the enterprise application's app roles; undefined where they are not known. */
  readonly appRoles: readonly string[] | undefined;
}

/** What is wrong with an expression that is to yield a role's id (entra-scim-client §8); nothing when it is right. */
export function lintExpression(source: string, known: KnownRoles): readonly ExpressionFinding[] {
  let expression: MappingExpression;
  try {
    expression = parseExpression(source);
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'It cannot be read.';
    return [{ code: 'unreadable', detail, remedy: 'Write it as in Entra: IIF(condition, "then", "else"), [attribute], "text".' }];
  }
  const outcomes = outcomesOf(expression);
  return [
    ...bareAttribute(expression),
    ...outcomes.flatMap((outcome) => judgeOutcome(outcome, known)),
    ...comparedTexts(expression).flatMap((text) => judgeAppRole(text, known)),
    ...callsOf(expression, 'AppRoleAssignmentsComplex').map(() => severalRoles),
    ...(outcomes.length === 0 ? [noRole] : []),
  ];
}

const severalRoles: ExpressionFinding = {
  code: 'several-app-roles',
  detail: 'AppRoleAssignmentsComplex only ever adds: a role that was taken away in Entra stays.',
  remedy: 'Use SingleAppRoleAssignment for one role, or AssertiveAppRoleAssignmentsComplex.',
};

const noRole: ExpressionFinding = {
  code: 'no-role',
  detail: 'No text of the expression becomes a role.',
  remedy: 'Let it yield the id of a role, such as IIF(SingleAppRoleAssignment([appRoleAssignments])="Admins", "admin", "employee").',
};

function bareAttribute(expression: MappingExpression): readonly ExpressionFinding[] {
  if (expression.kind !== 'attribute' || expression.name !== 'appRoleAssignments') return [];
  return [
    {
      code: 'attribute-without-function',
      detail: 'appRoleAssignments is mapped without a function, which Entra does not support.',
      remedy: 'SingleAppRoleAssignment([appRoleAssignments]).',
    },
  ];
}

/**
 * What an expression can come to: the branches of IIF, the values and the default of Switch, and through functions that hand a
 * value on. SingleAppRoleAssignment yields an app role's own value, which is none of its texts.
 */
function outcomesOf(expression: MappingExpression): readonly MappingExpression[] {
  if (expression.kind !== 'call') return expression.kind === 'comparison' ? [] : [expression];
  const { name, parameters } = expression;
  const at = (index: number) => outcomesOf(parameters[index] ?? { kind: 'nothing' });
  if (name === 'IIF') return [...at(1), ...at(2)];
  if (name === 'Switch') return [...at(1), ...parameters.flatMap((_, index) => (index > 2 && index % 2 === 1 ? at(index) : []))];
  if (name === 'SingleAppRoleAssignment' || name === 'AssertiveAppRoleAssignmentsComplex' || name === 'AppRoleAssignmentsComplex')
    return [expression];
  return parameters.flatMap((parameter) => outcomesOf(parameter));
}

function judgeOutcome(outcome: MappingExpression, { roles }: KnownRoles): readonly ExpressionFinding[] {
  if (outcome.kind === 'nothing' || (outcome.kind === 'text' && outcome.value === '')) {
    return [
      {
        code: 'missing-default',
        detail:
          'One of the branches yields nothing: Entra sends no empty value, so that whoever falls into it keeps the role that they had.',
        remedy: 'Let every branch yield a role, the last one the least.',
      },
    ];
  }
  if (outcome.kind !== 'text') return [];
  const role = roles.find(({ id }) => id === outcome.value);
  if (role === undefined) {
    const detail = `"${outcome.value}" is no role of the catalogue.`;
    return [{ code: 'unknown-role', detail, remedy: `POST roles adds it; there are: ${roles.map(({ id }) => id).join(', ')}.` }];
  }
  if (role.directoryMayGrant) return [];
  const detail = `The directory may not grant "${outcome.value}".`;
  return [{ code: 'role-not-grantable', detail, remedy: 'POST roles with "directoryMayGrant": true, or yield another role.' }];
}

function judgeAppRole(text: string, { appRoles }: KnownRoles): readonly ExpressionFinding[] {
  if (appRoles === undefined || appRoles.includes(text)) return [];
  const detail = `No app role of the enterprise application is "${text}": the comparison never holds.`;
  const remedy = `Copy the text from the app role; those in use are: ${appRoles.join(', ') || 'none'}.`;
  return [{ code: 'unknown-app-role', detail, remedy }];
}

/** The texts that app roles are compared with. */
function comparedTexts(expression: MappingExpression): readonly string[] {
  if (expression.kind === 'comparison') {
    const { left, right } = expression;
    const isOfAppRole = [left, right].some((side) => side.kind === 'call' && side.name === 'SingleAppRoleAssignment');
    return isOfAppRole ? [left, right].flatMap((side) => (side.kind === 'text' ? [side.value] : [])) : [];
  }
  if (expression.kind !== 'call') return [];
  const { name, parameters } = expression;
  const source = parameters[0];
  const isSwitch = name === 'Switch' && source?.kind === 'call' && source.name === 'SingleAppRoleAssignment';
  const keys = isSwitch ? parameters.filter((_, index) => index > 1 && index % 2 === 0) : [];
  return [...keys.flatMap((key) => (key.kind === 'text' ? [key.value] : [])), ...parameters.flatMap(comparedTexts)];
}

function callsOf(expression: MappingExpression, name: string): readonly MappingExpression[] {
  if (expression.kind === 'comparison') return [...callsOf(expression.left, name), ...callsOf(expression.right, name)];
  if (expression.kind !== 'call') return [];
  const inner = expression.parameters.flatMap((parameter) => callsOf(parameter, name));
  return expression.name === name ? [expression, ...inner] : inner;
}
