import { setTimeout as pause } from 'node:timers/promises';
import { BodyBudget } from '../../../src/http/body-budget';
import { DEFAULT_LIMITS } from '../../../src/http/limits';

const budgetOf = (bodyBytesOfCaller: number, bodyBytesInFlight: number, bodyBytes = 10) =>
  new BodyBudget({ ...DEFAULT_LIMITS, bodyBytes, bodyBytesOfCaller, bodyBytesInFlight });

/** What has become of it so far. */
async function isAdmitted(taking: Promise<boolean>): Promise<boolean | 'waits'> {
  return Promise.race([taking, pause(5).then(() => 'waits' as const)]);
}

describe('the room for bodies', () => {
  it('is bounded for each caller, and in all', async () => {
    const budget = budgetOf(20, 30);
    const take = (caller: string, bytes: number) => budget.take(caller, bytes, 60_000);
    expect(await isAdmitted(take('one', 20))).toBe(true);
    const own = take('one', 1);
    expect(await isAdmitted(own)).toBe('waits');
    expect(await isAdmitted(take('two', 10))).toBe(true);
    const full = take('three', 1);
    expect(await isAdmitted(full)).toBe('waits');
    budget.give('two', 10);
    expect([await isAdmitted(own), await isAdmitted(full)]).toEqual(['waits', true]);
    budget.give('one', 20);
    expect(await isAdmitted(own)).toBe(true);
  });

  it('goes to who came first: nobody small takes it from somebody large', async () => {
    const budget = budgetOf(30, 30, 30);
    await budget.take('one', 20, 60_000);
    const large = budget.take('two', 30, 60_000);
    const small = budget.take('three', 5, 60_000);
    expect([await isAdmitted(large), await isAdmitted(small)]).toEqual(['waits', 'waits']);
    budget.give('one', 20);
    expect([await isAdmitted(large), await isAdmitted(small)]).toEqual([true, 'waits']);
    budget.give('two', 30);
    expect(await isAdmitted(small)).toBe(true);
  });

  it('is not waited for without end', async () => {
    const budget = budgetOf(10, 10);
    await budget.take('one', 10, 60_000);
    expect(await budget.take('two', 10, 1)).toBe(false);
    budget.give('one', 10);
    expect(await isAdmitted(budget.take('three', 10, 60_000))).toBe(true);
  });

  it('has place for the largest body, whatever it is set to', async () => {
    expect(await isAdmitted(budgetOf(1, 1).take('one', 10, 60_000))).toBe(true);
  });
});
