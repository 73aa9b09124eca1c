import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { Field, Info, Int, ObjectType, Query, Resolver, registerEnumType } from 'type-graphql';
import { NeedsNoScope } from '../access/needs-scope';
import { ERROR_CODES, ERRORS, type ErrorCode, type ErrorSpec, type Retry } from '../kernel/errors';
import {
  MESSAGES,
  type MessageSpec,
  PROBLEM_CODES,
  type ProblemCode,
  type Severity,
} from '../kernel/messages';
import { ProblemCodeEnum, ProblemSeverity } from './problem.type';

const MessageKind = { PROBLEM: 'PROBLEM', ERROR: 'ERROR' } as const;

registerEnumType(MessageKind, {
  name: 'MessageKind',
  description: 'Where a code stands in an answer.',
  valuesConfig: {
    PROBLEM: { description: 'In the problems of an outcome.' },
    ERROR: { description: 'In the errors of GraphQL, or in the same shape instead of an answer of GraphQL.' },
  },
});

const RetryEnum: { readonly [Each in Retry]: Each } = { NO: 'NO', LATER: 'LATER', WITH_KEY: 'WITH_KEY' };

registerEnumType(RetryEnum, {
  name: 'Retry',
  description: 'What sending the same request again comes to.',
  valuesConfig: {
    NO: { description: 'The same as before: something has to be corrected first.' },
    LATER: { description: 'It can succeed, and does no harm.' },
    WITH_KEY: {
      description:
        'It does no harm where the request has an idempotency key; without one, look first at what is stored.',
    },
  },
});

@ObjectType({ description: 'One entry of the message catalogue.' })
export class CatalogueMessage {
  @Field(() => ProblemCodeEnum, { description: 'The code that problems or errors carry.' })
  code: ProblemCode | ErrorCode;

  @Field(() => MessageKind, { description: 'Where it stands in an answer.' })
  kind: keyof typeof MessageKind;

  @Field(() => ProblemSeverity, {
    description: 'The severity of problems with this code; the explanation tells where it is another one.',
  })
  severity: Severity;

  @Field(() => String, { description: 'The message template, placeholders in braces.' })
  text: string;

  @Field(() => String, {
    nullable: true,
    description:
      "The sentence of the vendor's page, letter for letter, misprints included; null where the message is this API's own.",
  })
  vendorText: string | null;

  @Field(() => String, { description: 'When it is said and what it means for the stored data.' })
  explanation: string;

  @Field(() => String, {
    description: 'What to do about it, in one sentence; a problem may carry a more exact one.',
  })
  hint: string;

  @Field(() => RetryEnum, { description: 'What sending the same request again comes to.' })
  retry: Retry;

  @Field(() => [Int], { description: 'The HTTP statuses of answers with it.' })
  httpStatuses: readonly number[];

  @Field(() => [String], { description: 'The operations that can answer with it.' })
  operations: readonly string[];
}

@Resolver()
export class MessageCatalogueResolver {
  @Query(() => [CatalogueMessage], {
    description:
      'Every code the API can answer with, those of GraphQL and HTTP errors included, so that clients can show, translate and document them.',
  })
  @NeedsNoScope()
  messageCatalogue(@Info() { schema }: GraphQLResolveInfo): CatalogueMessage[] {
    return [...PROBLEM_CODES.map(problemMessage), ...ERROR_CODES.map((code) => errorMessage(code, schema))];
  }
}

function problemMessage(code: ProblemCode): CatalogueMessage {
  const { vendorText, ...message }: MessageSpec = MESSAGES[code];
  return {
    code,
    kind: 'PROBLEM',
    ...message,
    vendorText: vendorText ?? null,
    retry: 'NO',
    httpStatuses: [200],
  };
}

function errorMessage(code: ErrorCode, schema: GraphQLSchema): CatalogueMessage {
  const { text, vendorText, explanation, hint, retry, statuses, operations }: ErrorSpec = ERRORS[code];
  return {
    code,
    kind: 'ERROR',
    severity: 'ERROR',
    text,
    vendorText: vendorText ?? null,
    explanation,
    hint,
    retry,
    httpStatuses: statuses,
    operations: Array.isArray(operations) ? operations : rootFields(schema, operations === 'mutations'),
  };
}

function rootFields(schema: GraphQLSchema, mutationsOnly: boolean): string[] {
  const types = [mutationsOnly ? undefined : schema.getQueryType(), schema.getMutationType()];
  return types.flatMap((type) => Object.keys(type?.getFields() ?? {})).sort();
}
