import { AnswerBudget, AnswerTooLarge, Portion } from '../../../src/bulk/answer-budget';

describe('the budget of an answer', () => {
  it('is used up by one byte more than it has', () => {
    const budget = new AnswerBudget(10);
    budget.take(10);
    expect(budget.isUsedUp).toBe(false);
    expect(() => budget.take(1)).toThrow();
    expect(budget.isUsedUp).toBe(true);
    expect(() => budget.requireSome()).toThrow();
  });

  it('can be counted down without a failure', () => {
    const budget = new AnswerBudget(10);
    expect([budget.count(10), budget.count(1), budget.isUsedUp]).toEqual([true, false, true]);
  });

  it('gets back what lists took that are not answered, and these stop', () => {
    const budget = new AnswerBudget(10);
    const first = new Portion(budget);
    first.take(4);
    expect(() => first.take(7)).toThrow();
    first.giveBack();
    first.giveBack();
    expect(budget.isUsedUp).toBe(false);
    expect(() => first.take(1)).toThrow();
    const second = new Portion(budget);
    second.take(10);
    expect(budget.isUsedUp).toBe(false);
    expect(() => second.take(1)).toThrow();
    expect(budget.isUsedUp).toBe(true);
  });
});

describe('the error', () => {
  const extensions = { code: 'ANSWER_TOO_LARGE', limit: 10 };

  it('tells what it would have been at least, where nothing was executed', () => {
    const { message, extensions: told } = new AnswerTooLarge(10, { committed: false }, 11);
    expect(told).toEqual({ ...extensions, committed: false, actual: 11 });
    expect(message).toContain('Nothing was written');
  });

  it('says what to read where something is committed', () => {
    const { message, extensions: told } = new AnswerTooLarge(10, { committed: true, importId: 'x' });
    expect(told).toEqual({ ...extensions, committed: true, importId: 'x' });
    expect(message).toContain('consolidatedTracking(filter: { importId: "x" })');
    expect(message).toContain('importRun');
    expect(new AnswerTooLarge(10, { committed: true }).message).toContain('Read what is stored');
  });
});
