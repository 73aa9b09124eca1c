type List = readonly unknown[];

/**
 * What was made of several lists, made once: lists are told apart by being the same one, not by what is in them. Rows
 * that name the same share their lists, and thousands of rows may name what matches thousands of records.
 */
export class ByLists<Value extends object> {
  readonly #below = new Map<List, ByLists<Value>>();
  #value: Value | undefined;

  getOrMake(lists: readonly List[], make: () => Value): Value {
    let at: ByLists<Value> = this;
    for (const list of lists) {
      let next = at.#below.get(list);
      if (next === undefined) {
        next = new ByLists();
        at.#below.set(list, next);
      }
      at = next;
    }
    at.#value ??= make();
    return at.#value;
  }
}
