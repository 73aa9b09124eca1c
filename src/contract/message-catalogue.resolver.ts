import { Field, ObjectType, Query, Resolver } from 'type-graphql';
import { NeedsNoScope } from '../access/needs-scope';
import {
  MESSAGES,
  type MessageSpec,
  PROBLEM_CODES,
  type ProblemCode,
  type Severity,
} from '../kernel/messages';
import { ProblemCodeEnum, ProblemSeverity } from './problem.type';

@ObjectType({ description: 'One entry of the message catalogue.' })
export class CatalogueMessage {
  @Field(() => ProblemCodeEnum, { description: 'The code that problems carry.' })
  code: ProblemCode;

  @Field(() => ProblemSeverity, { description: 'The severity of every problem with this code.' })
  severity: Severity;

  @Field(() => String, { description: 'The message template, placeholders in braces.' })
  text: string;

  @Field(() => String, { description: 'When it is said and what it means for the stored data.' })
  explanation: string;

  @Field(() => String, {
    description: 'What to do about it, in one sentence; a problem may carry a more exact one.',
  })
  hint: string;

  @Field(() => [String], { description: 'The operations that can answer with it.' })
  operations: readonly string[];
}

@Resolver()
export class MessageCatalogueResolver {
  @Query(() => [CatalogueMessage], {
    description: 'Every code the API can answer with, so that clients can show, translate and document them.',
  })
  @NeedsNoScope()
  messageCatalogue(): CatalogueMessage[] {
    return PROBLEM_CODES.map((code) => {
      const { severity, text, explanation, hint, operations }: MessageSpec = MESSAGES[code];
      return { code, severity, text, explanation, hint, operations };
    });
  }
}
