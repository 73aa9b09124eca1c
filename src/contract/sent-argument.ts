import type { GraphQLResolveInfo } from 'graphql';
import { Kind } from 'graphql';
import { badUserInput } from './bad-user-input';

/**
 * The value of an argument that need not be sent. Null, and a variable that was declared and not sent, are refused: they
 * are forgotten values, and are not to mean everything.
 */
export function sentArgument<Value>(
  { fieldNodes }: GraphQLResolveInfo,
  name: string,
  value: Value | null | undefined,
): Value | undefined {
  const isNamed = fieldNodes.some(({ arguments: sent = [] }) =>
    sent.some((each) => each.name.value === name && each.value.kind === Kind.VARIABLE),
  );
  if (value === null || (value === undefined && isNamed)) {
    throw badUserInput(`${name} has no value. Send one, or leave the argument out.`);
  }
  return value;
}
