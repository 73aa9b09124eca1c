import { registerDecorator, validateSync } from 'class-validator';
import type { ProblemCode } from './messages';
import type { ProblemParams } from './problem';

/** What a class-validator decorator found, as the code and parameters that its context carries. */
export interface Violation {
  readonly field: string;
  readonly code: ProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
}

/**
 * A class-validator decorator whose failure is a coded problem about its field. `isFine` sees the value as sent;
 * absent and null values are left to the operation's own rules.
 */
export function rule<Code extends ProblemCode>(
  code: Code,
  params: Omit<ProblemParams<Code>, 'field'>,
  isFine: (value: NonNullable<unknown>) => boolean,
): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: code,
      target: target.constructor,
      propertyName: String(property),
      options: { context: { code, params } },
      validator: {
        validate: (value: unknown) => value === undefined || value === null || isFine(value),
        // class-validator passes the context on only where there is a message.
        defaultMessage: () => code,
      },
    });
}

/** Several decorators under one name. */
export function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
}

/** Every violation of an instance of a decorated class, in no particular order of fields. */
export function violations(instance: object): Violation[] {
  return validateSync(instance, { forbidUnknownValues: true }).flatMap((error) =>
    Object.values(error.contexts ?? {}).map((context: Omit<Violation, 'field'>) => ({
      field: error.property,
      code: context.code,
      params: { field: error.property, ...context.params },
    })),
  );
}
