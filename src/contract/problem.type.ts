import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ERROR_CODES, ERRORS, type ErrorCode } from '../kernel/errors';
import { MESSAGES, PROBLEM_CODES, type ProblemCode, type Severity } from '../kernel/messages';
import type { Problem } from '../kernel/problem';

export const ProblemSeverity = { WARNING: 'WARNING', ERROR: 'ERROR' } as const;

registerEnumType(ProblemSeverity, {
  name: 'ProblemSeverity',
  description: 'How bad a problem is.',
  valuesConfig: {
    WARNING: { description: 'What was asked is stored, but there is something to know about it.' },
    ERROR: { description: 'What the problem is about is not stored.' },
  },
});

export const ProblemCodeEnum = Object.fromEntries(
  [...PROBLEM_CODES, ...ERROR_CODES].map((code) => [code, code]),
) as { [Code in ProblemCode | ErrorCode]: Code };

registerEnumType(ProblemCodeEnum, {
  name: 'ProblemCode',
  description:
    'Every code the API can answer with, those of GraphQL and HTTP errors included. A code is never renamed; the query messageCatalogue tells all about each.',
  valuesConfig: Object.fromEntries([
    ...PROBLEM_CODES.map((code) => [code, { description: MESSAGES[code].text }]),
    ...ERROR_CODES.map((code) => [code, { description: `Of an error: ${ERRORS[code].text}` }]),
  ]),
});

@ObjectType('Problem', {
  description: 'One thing to tell the caller. Clients branch on code, never on message.',
})
export class ProblemType implements Problem {
  @Field(() => ProblemCodeEnum, { description: 'What it is; the stable part.' })
  code: ProblemCode;

  @Field(() => ProblemSeverity, { description: 'ERROR: not stored. WARNING: stored, but read this.' })
  severity: Severity;

  @Field(() => String, {
    description: "The text for people, in the vendor's words where the vendor has one.",
  })
  message: string;

  @Field(() => [String], {
    description:
      'Path of the input it is about, e.g. ["rows", "3", "score"], list indexes from 0; empty when it is about the whole request.',
  })
  path: readonly string[];

  @Field(() => Int, { nullable: true, description: 'The import row it is about, from 1; null elsewhere.' })
  row: number | null;

  @Field(() => String, { nullable: true, description: 'What to do about it, in one sentence.' })
  hint: string | null;
}
