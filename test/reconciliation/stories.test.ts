import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Evaluation } from '../../src/reconciliation/evaluation.ts';
import { judgeAgain } from '../../src/verifier/judge-again.ts';
import { ruleTable, timingOutcomes } from '../../src/verdict/index.ts';
import { chapters } from './stories/chapters.ts';
import { nameStory, playStory } from './stories/play-story.ts';
import type { Story } from './stories/story.ts';
import { tellStories } from './stories/tell-story.ts';

const PAGE = 'docs/leaver-stories.md';
const stories = chapters.flatMap((chapter) => chapter.stories);

function judged(story: Story): Evaluation | undefined {
  const evaluation = playStory(story);
  return evaluation === 'continued' ? undefined : evaluation;
}

describe.each(chapters)('leaver stories: $heading', ({ stories: told }) => {
  it.each(told)('$title', (story) => {
    const evaluation = judged(story);
    const { primary, all } = evaluation?.decision ?? {};
    const also = all?.slice(1).map(({ rule }) => rule) ?? [];
    const verdict =
      evaluation === undefined
        ? 'continued'
        : {
            rule: primary?.rule,
            effect: primary?.effect,
            ...(also.length === 0 ? {} : { also }),
            sentence: nameStory(story, evaluation).sentence,
          };
    expect(verdict).toEqual(story.verdict);
  });

  it.each(told.filter(({ verdict }) => verdict !== 'continued'))('the offline verifier agrees: $title', (story) => {
    const evaluation = judged(story);
    if (evaluation === undefined) throw new Error('the story has no finding');
    const unit = reported(evaluation, nameStory(story, evaluation));
    expect(judgeAgain(unit)).toEqual([]);
    const forged = { ...unit, claimed: { ...unit.claimed, sentence: 'All is well.' } };
    expect(judgeAgain(forged)).toEqual(['its sentence does not say what was observed']);
  });
});

describe('the leaver stories together', () => {
  it('are no fewer than 60, each with a title of its own', () => {
    expect(stories.length).toBeGreaterThanOrEqual(60);
    expect(new Set(stories.map(({ title }) => title)).size).toBe(stories.length);
  });

  it('reach every rule of the decision table, and each as the verdict that may be one', () => {
    const shown = stories.flatMap(({ verdict }) => (verdict === 'continued' ? [] : [verdict]));
    const rules = ruleTable.map(({ rule }) => rule);
    expect([...new Set(shown.flatMap(({ rule, also = [] }) => [rule, ...also]))].sort()).toEqual([...rules].sort());
    const verdicts = rules.filter((rule) => !rule.startsWith('R'));
    expect([...new Set(shown.map(({ rule }) => rule))].sort()).toEqual([...verdicts].sort());
  });

  it('are judged by the table of the report: up to format 2 an open match outweighed a proven failure', () => {
    const [story] = stories.filter(
      ({ verdict }) => verdict !== 'continued' && verdict.rule === 'L03' && verdict.also?.includes('X03') === true,
    );
    const evaluation = story && judged(story);
    if (evaluation === undefined) throw new Error('there is such a story');
    expect(judgeAgain(reported(evaluation), 'before-3')).toEqual([
      expect.stringMatching(/the decision table gives \{"rule":"X03"/),
      expect.stringContaining('the list of rules that apply'),
      expect.stringContaining('its sentence'),
    ]);
  });

  it('reach every outcome of timing, in the directory and over SCIM', () => {
    const vectors = stories.flatMap((story) => judged(story)?.vector ?? []);
    // Our own store is always looked at, so SCIM is never without coverage.
    const overScim = timingOutcomes.filter((outcome) => outcome !== 'NO_COVERAGE');
    expect([...new Set(vectors.flatMap(({ directoryTiming }) => directoryTiming ?? []))].sort()).toEqual([...timingOutcomes].sort());
    expect([...new Set(vectors.flatMap(({ scimTiming }) => scimTiming ?? []))].sort()).toEqual([...overScim].sort());
  });

  it('say nothing of an assignment where assignments are not read', () => {
    const unread = tellStories()
      .split('\n### ')
      .filter((told) => told.includes('assignments are not read.'));
    expect(unread.length).toBeGreaterThan(2);
    for (const told of unread) expect(told).not.toContain('assigned to the application;');
    for (const told of unread) expect(told).not.toContain('not assigned');
  });

  it('are the ones on the page for auditors (ROLLCALL_TEST_WRITE_STORIES=1 writes it anew)', () => {
    const page = tellStories();
    if (process.env['ROLLCALL_TEST_WRITE_STORIES'] === '1') writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });
});

/** An evaluation as the verifier reads it from a report. */
function reported(
  { unit, vector, end, deadline, systems, decision, sentence: judgedSo, evidence }: Evaluation,
  { names, sentence }: ReturnType<typeof nameStory> = { names: [], sentence: judgedSo },
): Parameters<typeof judgeAgain>[0] {
  return {
    id: unit.id,
    vector,
    end,
    deadline,
    systems: systems.map(({ behind, role, system, standing, state, timing, judged: outcome }, index) => ({
      ...names[index],
      ...(behind !== undefined && { behind }),
      ...(role !== undefined && { role }),
      system,
      standing,
      state: state as Parameters<typeof judgeAgain>[0]['systems'][number]['state'],
      timing,
      judged: outcome,
    })),
    claimed: { ...decision.primary, all: decision.all, sentence },
    evidence,
  };
}
