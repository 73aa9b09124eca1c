/** A value that has to be there. Where it is not, the test fails, instead of taking it for an empty one. */
export function present<Value>(value: Value): NonNullable<Value> {
  if (value === undefined || value === null) throw new Error(`Something should be here, and is ${value}`);
  return value;
}
