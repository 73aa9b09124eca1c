import { setImmediate as nextRound } from 'node:timers/promises';
import { nextTurn } from '../../../src/event-loop/turns';

describe('turns', () => {
  it('are given one at a time, in the order they were asked for, with a round of the event loop between', async () => {
    let round = 0;
    let isOver = false;
    const counting = (async () => {
      for (; !isOver; round++) await nextRound();
    })();
    const taken: { readonly who: string; readonly round: number }[] = [];
    const work = async (who: string) => {
      for (let turn = 0; turn < 3; turn++) {
        await nextTurn();
        taken.push({ who, round });
      }
    };
    await Promise.all(['a', 'b', 'c'].map(work));
    isOver = true;
    await counting;
    expect(taken.map(({ who }) => who).join('')).toBe('abcabcabc');
    expect(new Set(taken.map((each) => each.round)).size).toBe(taken.length);
  });
});
