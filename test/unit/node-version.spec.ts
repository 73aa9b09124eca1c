import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const textOf = (file: string) => readFileSync(join(__dirname, '..', '..', file), 'utf8');

it('the image has the Node that CI tests with', () => {
  const [, tested = ''] = /^version=(\d+\.\d+\.\d+)$/m.exec(textOf('.ci/node-24')) ?? [];
  const built = [...textOf('Dockerfile').matchAll(/^FROM node:([\d.]+)-/gm)].map(([, version]) => version);
  expect(built).toEqual([tested, tested]);
});
