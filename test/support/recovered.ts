/** Each try uses up one connection that was cut while it lay idle; no pool of ours is larger than this. */
const MAX_TRIES = 50;

/** Asks as a client does that is told 503: again. Bounded; the last answer is returned whatever it is. */
export async function recovered<Answer extends { readonly status: number }>(ask: () => Promise<Answer>): Promise<Answer> {
  let answer = await ask();
  for (let tried = 1; answer.status === 503 && tried < MAX_TRIES; tried++) answer = await ask();
  return answer;
}
