import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { UnsentAnswers } from '../../../src/bulk/unsent-answers';

const answer = (unsent: UnsentAnswers) => {
  const stream = unsent.send(['a'.repeat(50), 'b'.repeat(50)], 100);
  stream.on('error', () => {});
  return stream;
};
const begin = async (stream: Readable) => {
  await once(stream, 'readable');
  return stream;
};
const areBrokenOff = (...streams: Readable[]) => streams.map(({ destroyed }) => destroyed);

describe('answers that are not read', () => {
  it('are kept while there is room', async () => {
    const unsent = new UnsentAnswers(300);
    const streams = [await begin(answer(unsent)), await begin(answer(unsent)), answer(unsent)];
    expect(areBrokenOff(...streams)).toEqual([false, false, false]);
  });

  it('make room, the one first of which nothing was read for the longest', async () => {
    const unsent = new UnsentAnswers(180);
    const [first, second] = [await begin(answer(unsent)), await begin(answer(unsent))];
    first.read();
    await once(first, 'readable');
    const third = await begin(answer(unsent));
    expect(areBrokenOff(first, second, third)).toEqual([false, false, false]);
    const fourth = answer(unsent);
    expect(areBrokenOff(first, second, third, fourth)).toEqual([false, true, false, false]);
  });

  it('are not broken off before they are begun', () => {
    const unsent = new UnsentAnswers(100);
    expect(areBrokenOff(answer(unsent), answer(unsent), answer(unsent))).toEqual([false, false, false]);
  });

  it('take no room once they are read', async () => {
    const unsent = new UnsentAnswers(100);
    for (let count = 0; count < 5; count++) {
      const stream = answer(unsent);
      expect((await stream.toArray()).join('')).toBe('a'.repeat(50) + 'b'.repeat(50));
    }
  });
});
