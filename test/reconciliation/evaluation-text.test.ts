import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { canonicalJson } from '../../src/kernel/index.ts';
import type { Evaluation } from '../../src/reconciliation/evaluation.ts';
import { chapters } from './stories/chapters.ts';
import { playStory } from './stories/play-story.ts';

const evaluations = chapters
  .flatMap(({ stories }) => stories)
  .flatMap((story) => {
    const evaluation = playStory(story);
    return evaluation === 'continued' ? [] : [{ title: story.title, evaluation }];
  });

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What the digest is of, as one value. */
function essenceOf({ decision, deadline, policyId, systems, vector }: Evaluation): string {
  return canonicalJson({
    vector: { ...vector },
    rules: decision.all.map(({ rule, effect }) => ({ rule, effect })),
    deadline: deadline === null ? null : { ...deadline },
    policy: policyId,
    systems: systems.map(({ system, accountId, standing, state, timing, judged }) => ({
      system,
      account: accountId,
      standing,
      state,
      outcome: judged?.outcome ?? null,
      unusable: timing?.firstProvenUnusable ?? null,
      again: timing?.provenUsableAgain ?? null,
    })),
  });
}

// The hashes are kept with the findings: other bytes would have every finding change without a change.
it.each(evaluations)('hashes the canonical JSON of its essence, and the JSON of all but when it was judged: $title', ({ evaluation }) => {
  // Whose role differs is kept beside the findings.
  const { contentHash, drifting: _kept, texts, ...said } = evaluation;
  expect(texts).toEqual({
    all: JSON.stringify(said.decision.all),
    vector: JSON.stringify(said.vector),
    systems: JSON.stringify(said.systems),
  });
  const butEvaluatedAt = (key: string, value: unknown) => (key === 'evaluatedAt' ? undefined : value);
  expect(evaluation.digest).toBe(sha256(essenceOf(evaluation)));
  expect(contentHash).toBe(sha256(JSON.stringify(said, butEvaluatedAt)));
});
