import { ruleTable } from '../../../src/verdict/index.ts';
import { chapters } from './chapters.ts';
import {
  type Chapter,
  type Connection,
  type DirectoryAccount,
  type Employment,
  type HadRole,
  JUDGED_AT,
  type Link,
  type Looked,
  type Policy,
  type ScimUser,
  type Seen,
  type Story,
  type Taken,
} from './story.ts';

const PAGE_HEAD = `# Leaver stories

What Rollcall says of people who left, case by case: the facts, the verdict, and the sentence that stands in the finding, word for word.
Every one is played by the tests through the functions that judge a run, and judged again by the offline verifier. This page is written from them: do not edit it.

Unless a story says otherwise: the policy allows **24 hours** after the end of the last day; times are UTC; the workspace keeps UTC; there is one directory, read
completely an hour before the verdict; the verdict is of Tuesday, 2026-03-10 12:00. The stories of *When nobody looked* tell every look, and their sentences when there was none. What the words mean is in the [glossary](glossary.md), how a verdict is
reached in [reconciliation.md](reconciliation.md) and [evidence-format.md](evidence-format.md).
`;

/** The page of all stories, as Markdown. */
export function tellStories(): string {
  const numbered = chapters.map((chapter, index) =>
    tellChapter(chapter, chapters.slice(0, index).flatMap(({ stories }) => stories).length),
  );
  return `${[PAGE_HEAD, tellIndex(), ...numbered].join('\n')}\n`;
}

/** Which stories show a rule: as the verdict, or beside it. */
function tellIndex(): string {
  const stories = chapters.flatMap((chapter) => chapter.stories);
  const rows = ruleTable.map(({ rule, verdict }) => {
    const shown = stories.flatMap((story, index) =>
      story.verdict !== 'continued' && [story.verdict.rule, ...(story.verdict.also ?? [])].includes(rule) ? [String(index + 1)] : [],
    );
    return `| ${rule} | \`${verdict}\` | ${shown.join(', ')} |`;
  });
  return ['| rule | verdict | stories |', '|---|---|---|', ...rows, ''].join('\n');
}

function tellChapter({ heading, about, stories }: Chapter, before: number): string {
  return [`## ${heading}`, '', about, '', ...stories.map((story, index) => tellStory(story, before + index + 1))].join('\n');
}

function tellStory(story: Story, number: number): string {
  return [`### ${number}. ${story.title}`, '', ...factsOf(story).map((fact) => `- ${fact}`), '', verdictOf(story), ''].join('\n');
}

function factsOf(story: Story): readonly string[] {
  return [...wordOfHr(story), ...accountsOf(story), ...circumstancesOf(story)];
}

function wordOfHr({ hr = [], judged = 0, dropped, owner = [] }: Story): readonly string[] {
  return [
    ...hr.map((employment, index) => `HR: ${employmentOf(employment)}${hr.length > 1 && index === judged ? ' (judged here)' : ''}.`),
    ...(hr.length === 0 ? ['HR: no row of the roster answers for the account.'] : []),
    ...(dropped === undefined
      ? []
      : [
          `HR: the roster of ${dropped} does not name ${owner.length > 0 ? 'the owner' : 'the person'}, and nobody has said what that means.`,
        ]),
    ...owner.map((employment) => `Classed as nobody’s own, approved. Its owner: ${employmentOf(employment)}.`),
  ];
}

function accountsOf(story: Story): readonly string[] {
  const { hr = [], directory = [], scim = [], connections = [], looks = [] } = story;
  return [
    ...directory.map((account) => `Directory: ${directoryOf(account, story)}.`),
    ...(hr.length > 0 && directory.length === 0 ? ['Directory: no account of the person.'] : []),
    ...scim.map((user) => `SCIM: ${scimOf(user, story)}.`),
    ...(story.connections?.length === 0 ? ['No directory is connected.'] : connections.flatMap(connectionOf)),
    ...looksOf(looks),
  ];
}

function circumstancesOf({ policy, policyBefore, zone, judgedAt = JUDGED_AT }: Story): readonly string[] {
  return [
    ...(policy === undefined ? [] : [`Policy: ${policyOf(policy)}.`]),
    ...(policyBefore === undefined ? [] : [`Policy until ${policyBefore.until}: ${policyOf(policyBefore)}.`]),
    ...(zone === undefined ? [] : [`The workspace keeps ${zone}.`]),
    ...(judgedAt === JUDGED_AT ? [] : [`Judged at ${judgedAt}.`]),
  ];
}

function employmentOf({
  from = '2020-01-01',
  to,
  lastDay,
  zone,
  site,
  status,
  worker = 'employee',
  leftOutBetween,
  remark,
}: Employment): string {
  return [
    `${worker} from ${from}${to === undefined ? '' : ` to ${to}`}`,
    ...(lastDay === undefined ? [] : [`last day worked ${lastDay}`]),
    ...(leftOutBetween === undefined ? [] : [`left out of a whole roster: ended between ${leftOutBetween[0]} and ${leftOutBetween[1]}`]),
    ...(to === undefined && leftOutBetween === undefined ? ['no end'] : []),
    ...(zone === undefined ? [] : [`time zone “${zone}”`]),
    ...(site === undefined ? [] : [`works in ${site}`]),
    ...(status === undefined ? [] : [`status ${status.replace('_', ' ')}`]),
    ...(remark === undefined ? [] : [remark]),
  ].join('; ');
}

const stateWords: Record<Seen['is'], string> = {
  enabled: 'seen enabled',
  disabled: 'seen disabled',
  soft_deleted: 'deleted',
  hard_deleted: 'found gone for good',
  vanished: 'no longer shown, for no known reason',
  restored: 'restored',
};

function directoryOf({ link, assigned, role, hadRole = [], directory, object, seen, taken }: DirectoryAccount, story: Story): string {
  const isRead = story.connections?.[(directory ?? 1) - 1]?.readsAssignments !== false;
  return [
    ...whose(link, story),
    ...takenBy(taken),
    ...(directory === undefined ? [] : ['in the second directory']),
    ...(object === undefined ? [] : [`object ${object}`]),
    ...seen.map(seenOf),
    ...(assigned === false && isRead ? ['not assigned to the application'] : []),
    ...(role === undefined ? [] : [`assigned the role “${role}”`]),
    ...hadRole.map(roleOf),
  ].join('; ');
}

function roleOf({ role, without, by, until, gone }: HadRole): string {
  return [
    `assigned the role “${role}”`,
    ...(without === undefined ? [] : [`not yet at ${without}`]),
    ...(by === undefined ? [] : [`first seen at ${by}`]),
    ...(until === undefined ? [] : [`last seen at ${until}`]),
    ...(gone === undefined ? [] : [`no longer at ${gone}`]),
  ].join(', ');
}

function seenOf({ is, from, until, exact, isToldEnabled }: Seen): string {
  if (isToldEnabled === true) return `enabled at ${from}, says the directory’s audit log, and not until when`;
  if (is === 'restored') return `restored at ${from}, says the directory’s audit log, and not whether it was enabled`;
  if (exact === true) return `${is === 'disabled' ? 'disabled' : stateWords[is]} at ${from}, as the directory itself says`;
  return `${stateWords[is]} from ${from} ${until === undefined ? 'on' : `to ${until}`}`;
}

function scimOf(
  { carries, link, role, isProtectedRole, isUnknownRole, hadRole = [], became, roleDiffersSince, taken }: ScimUser,
  story: Story,
): string {
  return [
    ...whose(link, story),
    ...takenBy(taken),
    ...(carries === undefined ? [] : [`carries the object id of the ${['first', 'second'][carries - 1]} directory account`]),
    ...became.map(({ is, at }) => `became ${is} at ${at}`),
    ...hadRole.map((had) => `carried the role “${had.role}” until ${had.until}`),
    ...(role === undefined ? [] : [`carries the role “${role}”${isUnknownRole === true ? ', which the catalogue does not know' : ''}`]),
    ...(roleDiffersSince === undefined ? [] : [`known to differ since ${roleDiffersSince}`]),
    ...(isProtectedRole === true ? ['which the catalogue has and does not let the directory grant'] : []),
  ].join('; ');
}

function whose(link: Link | undefined, { hr }: Story): readonly string[] {
  if (hr === undefined || link === undefined) return [];
  return [link === 'candidate' ? 'an account that may be the person’s' : `linked to the person by rule ${link}`];
}

const takings: Record<Taken['by'], string> = {
  barred: 'said by hand not to be theirs',
  moved: 'given to somebody else by hand',
  classed: 'classed as nobody’s own',
};

function takenBy(taken: Taken | undefined): readonly string[] {
  return taken === undefined ? [] : [`theirs until ${taken.at}, when it was ${takings[taken.by]} by one person and approved by another`];
}

function connectionOf(
  { added, anew, lastLook, removed, readsAssignments }: Connection,
  index: number,
  all: readonly Connection[],
): readonly string[] {
  const which = all.length > 1 ? `Directory ${index + 1}` : 'The directory';
  return [
    ...(added === undefined
      ? []
      : [`${which}${anew === undefined ? '' : `, the tenant of directory ${anew},`} was connected at ${added}.`]),
    ...(lastLook === undefined
      ? []
      : [lastLook === null ? `${which} was never read completely.` : `${which} was last read completely at ${lastLook}.`]),
    ...(removed === undefined ? [] : [`${which} was disconnected at ${removed}.`]),
    ...(readsAssignments === undefined ? [] : [`${which}’s assignments are not read.`]),
  ];
}

function looksOf(looks: readonly Looked[]): readonly string[] {
  const told = looks.map(
    ({ at, directory, failed }) =>
      `${at}${directory === undefined ? '' : ' (the second directory)'}${failed === undefined ? '' : ` (failed: ${failed})`}`,
  );
  return told.length === 0 ? [] : [`Looked at as a whole at ${told.join(', ')}.`];
}

function policyOf({ atSite, hours, businessDays, privileged }: Policy): string {
  const general = businessDays === undefined ? plural(hours ?? 0, 'hour') : plural(businessDays, 'business day');
  const allowance = atSite === undefined ? general : `${general}; ${plural(atSite.hours, 'hour')} in ${atSite.site}`;
  return privileged === undefined
    ? allowance
    : `${allowance}; ${plural(privileged.hours, 'hour')} for the role ${privileged.roles.map((role) => `“${role}”`).join(', ')}`;
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

function verdictOf({ verdict }: Story): string {
  if (verdict === 'continued') return '**No finding**: the next employment began before access had to be gone. It is counted as continued.';
  const nameOf = (id: string) => `${id} \`${ruleTable.find(({ rule }) => rule === id)?.verdict}\``;
  const beside = verdict.also === undefined ? '' : ` Beside it: ${verdict.also.map(nameOf).join(', ')}.`;
  return `**${verdict.effect}** ${nameOf(verdict.rule)}.${beside}\n\n> ${verdict.sentence}`;
}
