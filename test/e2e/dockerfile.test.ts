import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const text = readFileSync('Dockerfile', 'utf8');
const [build = '', run = ''] = text.split(/^(?=FROM )/m).slice(1);
const ignored = readFileSync('.dockerignore', 'utf8').split('\n');

/** What can be checked without a container engine. */
describe('the Dockerfile', () => {
  it('has two stages, both on a Node that is supported', () => {
    for (const stage of [build, run]) expect(Number(/^FROM node:(\d+)/.exec(stage)?.[1])).toBeGreaterThanOrEqual(22);
  });

  it('copies only what is there, and what .dockerignore lets in', () => {
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));
    expect(copied.length).toBeGreaterThan(0);
    for (const source of copied) {
      expect([source, existsSync(source)]).toEqual([source, true]);
      expect([source, ignored.includes(`!${source}`)]).toEqual([source, true]);
    }
  });

  it('takes no dev dependency, source or secret into the image that runs', () => {
    expect(build).toContain('npm prune --omit=dev');
    expect(run).not.toMatch(/npm (ci|install)|COPY (--from=build )?\S*(src|test|\.env)/);
    expect(text).not.toMatch(/(KEY|SECRET|PASSWORD|TOKEN)=/);
  });

  it('does not run as root, and says whether it is ready', () => {
    expect(run.indexOf('USER node')).toBeGreaterThan(-1);
    expect(run.indexOf('USER node')).toBeLessThan(run.indexOf('ENTRYPOINT'));
    expect(run).toContain('HEALTHCHECK');
    expect(run).toContain('/readyz');
  });
});
