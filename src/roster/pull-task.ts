/** The name of the job that fetches one workspace's roster. */
export const PULL_TASK = 'roster.pull';
