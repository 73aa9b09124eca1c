import fc from 'fast-check';
import { TRACKING_STATUSES } from '../../../src/kernel/tracking-status';
import {
  compileStatusWords,
  type StatusAlias,
  type StatusWords,
} from '../../../src/tracking-import/status-words';

function words(...aliases: readonly StatusAlias[]): StatusWords {
  const compiled = compileStatusWords(aliases);
  if (!compiled.ok) throw new Error(`conflicts: ${JSON.stringify(compiled.conflicts)}`);
  return compiled.words;
}

function conflicts(...aliases: readonly StatusAlias[]) {
  const compiled = compileStatusWords(aliases);
  return compiled.ok ? [] : compiled.conflicts;
}

describe('own names', () => {
  it.each([
    ['notAttempted', 'NOT_ATTEMPTED'],
    ['not attempted', 'NOT_ATTEMPTED'],
    ['NOT_ATTEMPTED', 'NOT_ATTEMPTED'],
    ['NOTATTEMPTED', 'NOT_ATTEMPTED'],
    [' Not Attempted\t', 'NOT_ATTEMPTED'],
    ['incomplete', 'INCOMPLETE'],
    ['Completed', 'COMPLETED'],
    ['passed', 'PASSED'],
    ['FAILED', 'FAILED'],
    ['browsed', 'BROWSED'],
  ])('%j is %s', (word, status) => {
    expect(words().read(word)).toBe(status);
  });

  it.each(['', ' ', 'c', 'complete', 'not-attempted', 'not  attempted', 'not_ attempted', 'constructor'])(
    '%j is unknown',
    (word) => {
      expect(words().read(word)).toBeUndefined();
    },
  );

  it('are all accepted when there is no alias', () => {
    expect(words().accepted).toEqual([
      'notAttempted',
      'incomplete',
      'completed',
      'passed',
      'failed',
      'browsed',
    ]);
  });

  it('cover every status in every spelling', () => {
    for (const status of TRACKING_STATUSES) expect(words().read(status)).toBe(status);
    for (const [place, word] of words().accepted.entries()) {
      expect(words().read(word)).toBe(TRACKING_STATUSES[place]);
    }
  });
});

describe('aliases', () => {
  it('replace the own names of their status, and of no other', () => {
    const compiled = words(
      { status: 'NOT_ATTEMPTED', alias: 'n' },
      { status: 'COMPLETED', alias: ' Fertig ' },
    );
    expect(compiled.read('N')).toBe('NOT_ATTEMPTED');
    expect(compiled.read(' fertig')).toBe('COMPLETED');
    for (const word of ['notAttempted', 'not attempted', 'NOT_ATTEMPTED', 'completed']) {
      expect(compiled.read(word)).toBeUndefined();
    }
    expect(compiled.read('passed')).toBe('PASSED');
    expect(compiled.accepted).toEqual(['n', 'incomplete', 'Fertig', 'passed', 'failed', 'browsed']);
  });

  it('may be several for one status, with repetitions', () => {
    const compiled = words(
      { status: 'COMPLETED', alias: 'done' },
      { status: 'COMPLETED', alias: 'finished' },
      { status: 'COMPLETED', alias: 'DONE' },
    );
    expect(compiled.read('Done')).toBe('COMPLETED');
    expect(compiled.read('finished')).toBe('COMPLETED');
    expect(compiled.accepted).toEqual([
      'notAttempted',
      'incomplete',
      'done',
      'finished',
      'passed',
      'failed',
      'browsed',
    ]);
  });

  it('mean the own name when blank', () => {
    const compiled = words({ status: 'COMPLETED', alias: '' }, { status: 'PASSED', alias: ' \t' });
    expect(compiled.read('completed')).toBe('COMPLETED');
    expect(compiled.read('passed')).toBe('PASSED');
    expect(compiled.accepted).toEqual(words().accepted);
  });

  it.each([
    [
      [
        { status: 'COMPLETED', alias: '' },
        { status: 'COMPLETED', alias: 'c' },
      ],
    ],
    [
      [
        { status: 'COMPLETED', alias: 'c' },
        { status: 'COMPLETED', alias: '' },
      ],
    ],
    [
      [
        { status: 'COMPLETED', alias: 'c' },
        { status: 'COMPLETED', alias: 'completed' },
      ],
    ],
  ] as const)('keep the own name beside a word: %j', (aliases) => {
    const compiled = words(...aliases);
    expect(compiled.read('c')).toBe('COMPLETED');
    expect(compiled.read('Completed')).toBe('COMPLETED');
  });

  it('may take over the own name of a status that has an alias itself, in either order', () => {
    const swap: readonly StatusAlias[] = [
      { status: 'PASSED', alias: 'failed' },
      { status: 'FAILED', alias: 'passed' },
    ];
    for (const aliases of [swap, swap.toReversed()]) {
      expect(words(...aliases).read('failed')).toBe('PASSED');
      expect(words(...aliases).read('passed')).toBe('FAILED');
    }
  });

  it('compare folded', () => {
    const compiled = words(
      { status: 'COMPLETED', alias: 'TERMINE\u0301' },
      { status: 'PASSED', alias: 'ΤΕΛΟΣ' },
    );
    expect(compiled.read('terminé')).toBe('COMPLETED');
    expect(compiled.read('termine')).toBeUndefined();
    expect(compiled.read('τελος')).toBe('PASSED');
  });
});

describe('a word with two meanings', () => {
  it('is a conflict between two aliases; the later one is to blame', () => {
    expect(
      conflicts(
        { status: 'PASSED', alias: 'ok' },
        { status: 'BROWSED', alias: 'b' },
        { status: 'COMPLETED', alias: ' OK ' },
      ),
    ).toEqual([{ index: 2, word: 'OK', first: 'PASSED', second: 'COMPLETED' }]);
  });

  it.each([
    ['completed', 'COMPLETED'],
    ['NOT attempted', 'NOT_ATTEMPTED'],
    ['not_attempted', 'NOT_ATTEMPTED'],
    ['notattempted', 'NOT_ATTEMPTED'],
  ] as const)('is a conflict with the own name %j of a status without alias', (alias, first) => {
    expect(conflicts({ status: 'PASSED', alias })).toEqual([
      { index: 0, word: alias, first, second: 'PASSED' },
    ]);
  });

  it.each([0, 1])(
    'is a conflict with a name that a blank alias keeps; the word is to blame (%d)',
    (blankAt) => {
      const aliases: StatusAlias[] = [{ status: 'PASSED', alias: 'completed' }];
      aliases.splice(blankAt, 0, { status: 'COMPLETED', alias: ' ' });
      expect(conflicts(...aliases)).toEqual([
        { index: 1 - blankAt, word: 'completed', first: 'COMPLETED', second: 'PASSED' },
      ]);
    },
  );

  it('is reported for every entry', () => {
    expect(
      conflicts(
        { status: 'PASSED', alias: 'x' },
        { status: 'FAILED', alias: 'x' },
        { status: 'BROWSED', alias: 'X' },
        { status: 'BROWSED', alias: 'incomplete' },
      ),
    ).toEqual([
      { index: 1, word: 'x', first: 'PASSED', second: 'FAILED' },
      { index: 2, word: 'X', first: 'PASSED', second: 'BROWSED' },
      { index: 3, word: 'incomplete', first: 'INCOMPLETE', second: 'BROWSED' },
    ]);
  });
});

describe('any alias table', () => {
  const alias = fc.constantFrom('', ' ', 'a', 'A', 'b ', 'passed', 'Failed', 'not attempted', 'notAttempted');
  const table = fc.array(fc.record({ status: fc.constantFrom(...TRACKING_STATUSES), alias }), {
    maxLength: 6,
  });

  it('reads all it accepts, gives every status a word and never two meanings', () => {
    fc.assert(
      fc.property(table, (aliases) => {
        const compiled = compileStatusWords(aliases);
        if (!compiled.ok) {
          for (const { index, first, second, word } of compiled.conflicts) {
            expect(first).not.toBe(second);
            expect(aliases[index]).toMatchObject({ status: second, alias: expect.stringContaining(word) });
          }
          return;
        }
        const { read, accepted } = compiled.words;
        expect(new Set(accepted.map(read))).toEqual(new Set(TRACKING_STATUSES));
        for (const given of aliases) {
          if (given.alias.trim() !== '') expect(read(given.alias)).toBe(given.status);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is refused or not whatever its order', () => {
    fc.assert(
      fc.property(table, (aliases) => {
        expect(compileStatusWords(aliases.toReversed()).ok).toBe(compileStatusWords(aliases).ok);
      }),
      { numRuns: 500 },
    );
  });
});

describe('words that come again', () => {
  it('mean the same as the first time, in however many spellings', () => {
    const compiled = compileStatusWords([{ status: 'COMPLETED', alias: 'fertig' }]);
    if (!compiled.ok) throw new Error('a conflict');
    const { read } = compiled.words;
    for (let blanks = 0; blanks < 2_500; blanks++) {
      const pad = ' '.repeat(blanks);
      for (const _ of ['first', 'again']) {
        expect(read(`${pad}Fertig`)).toBe('COMPLETED');
        expect(read(`${pad}passed`)).toBe('PASSED');
        expect(read(`${pad}completed`)).toBeUndefined();
      }
    }
  });
});
