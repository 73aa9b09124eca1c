import {
  getMetadataStorage,
  registerDecorator,
  type ValidationArguments,
  type ValidationOptions,
  validateSync,
} from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata';
import type { ProblemCode } from './messages';
import type { ProblemParams } from './problem';

/** What a class-validator decorator found, as the code and parameters that its context carries. */
export interface Violation {
  readonly field: string;
  readonly code: ProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
}

type Check = (value: NonNullable<unknown>) => boolean;

/** The contexts that `coded` has made. */
const contexts = new WeakSet<object>();

/**
 * What to hand to a decorator of class-validator's, so that its failure is a coded problem about its field. Absent and
 * null values are left to the operation's own rules.
 */
export function coded<Code extends ProblemCode>(
  code: Code,
  params: Omit<ProblemParams<Code>, 'field'>,
): ValidationOptions {
  const context = { code, params };
  contexts.add(context);
  return { context, validateIf: (_, value) => value !== undefined && value !== null };
}

/** The check behind each decorator made by `rule`, by the context that class-validator keeps with it. */
const checks = new WeakMap<object, Check>();

/** A decorator for what class-validator has none for. `isFine` sees the value as sent, where there is one. */
export function rule<Code extends ProblemCode>(
  code: Code,
  params: Omit<ProblemParams<Code>, 'field'>,
  isFine: Check,
): PropertyDecorator {
  const options = coded(code, params);
  checks.set(options.context, isFine);
  return (target, property) =>
    registerDecorator({
      // class-validator keeps one failure for each name.
      name: `${code} ${JSON.stringify(params)}`,
      target: target.constructor,
      propertyName: String(property),
      options,
      validator: {
        validate: isFine,
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

/**
 * Every violation of an instance of a decorated class, or of a plain object that holds what one would, in no
 * particular order of fields.
 */
export function violations<Value extends object>(
  value: Value,
  of = value.constructor as new () => Value,
): readonly Violation[] {
  if (isPlainlyFine(value, of)) return NONE;
  return violationsFound(value instanceof of ? value : Object.assign(new of(), value));
}

const NONE: readonly Violation[] = Object.freeze([]);

/** What class-validator itself finds. */
function violationsFound(instance: object): Violation[] {
  return validateSync(instance, { forbidUnknownValues: true }).flatMap((error) =>
    Object.values(error.contexts ?? {}).map((context: Omit<Violation, 'field'>) => ({
      field: error.property,
      code: context.code,
      params: { field: error.property, ...context.params },
    })),
  );
}

interface FieldChecks {
  readonly field: string;
  readonly checks: readonly Check[];
}

/** Undefined for a class that class-validator has to judge itself. */
const compiled = new Map<unknown, readonly FieldChecks[] | undefined>();

/**
 * True when class-validator would find nothing: nearly always, and an order of magnitude sooner. False says nothing.
 * Compiled when the first instance of a class is seen; its decorators were all there before.
 */
function isPlainlyFine(instance: object, target: object): boolean {
  if (!compiled.has(target)) compiled.set(target, compile(target));
  const fields = compiled.get(target);
  if (fields === undefined) return false;
  for (const { field, checks } of fields) {
    const value = (instance as Readonly<Record<string, unknown>>)[field];
    if (value === undefined || value === null) continue;
    for (const isFine of checks) if (!isFine(value)) return false;
  }
  return true;
}

/**
 * Only what has a code by `coded` is understood: it has neither groups nor other conditions, is not asynchronous, and
 * accepts absent values. A class with any other decorator, or with none (an unknown value), is class-validator's.
 */
function compile(target: object): readonly FieldChecks[] | undefined {
  // biome-ignore lint/complexity/noBannedTypes: class-validator's type of a class
  const rules = getMetadataStorage().getTargetValidationMetadatas(target as Function, '', false, false);
  const byField = new Map<string, Check[]>();
  for (const rule of rules) {
    const { propertyName, context } = rule;
    if (!contexts.has(context)) return undefined;
    const isFine = checks.get(context) ?? ownCheck(rule);
    const known = byField.get(propertyName);
    if (known === undefined) byField.set(propertyName, [isFine]);
    else known.push(isFine);
  }
  return byField.size === 0 ? undefined : [...byField].map(([field, checks]) => ({ field, checks }));
}

/** That of a decorator of class-validator's, which looks at nothing but the value and what it was told itself. */
function ownCheck({ constraintCls, constraints }: ValidationMetadata): Check {
  const [own] = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  if (own === undefined) throw new Error('A decorator without a check');
  const { instance } = own;
  const told = { constraints } as ValidationArguments;
  return (value) => instance.validate(value, told) === true;
}
