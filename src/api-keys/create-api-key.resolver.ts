import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  InputType,
  Int,
  InterfaceType,
  Mutation,
  ObjectType,
  Resolver,
} from 'type-graphql';
import { NeedsScope, SCOPE_NAMES } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import type { Scope } from '../access/scopes';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { ProblemType } from '../contract/problem.type';
import type { Problem } from '../kernel/problem';
import { ApiKey, toApiKey } from './api-key.type';
import { createApiKey, type KeyCreation } from './create-api-key';

@InputType({ description: 'A key for a script, and what it may do.' })
class CreateApiKeyInput {
  @Field(() => String, {
    description:
      '1 to 50 characters out of a to z, 0 to 9, dot, hyphen and underscore. Two live keys may share a name, so that one can replace the other.',
  })
  name: string;

  @Field(() => [SCOPE_NAMES], {
    description: 'What it opens: at least one, and only what the caller has itself.',
  })
  scopes: Scope[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From when on it opens nothing. Absent: in a year; null: never.',
  })
  expiresAt?: Date | null;

  @Field(() => [Int], {
    nullable: true,
    description:
      'Users in whose name it may edit; needed, or userSyncKeys or anyUser, with ACTIVITY_UPDATE. At most 1000.',
  })
  userIds?: number[] | null;

  @Field(() => [String], { nullable: true, description: 'Likewise, by sync key.' })
  userSyncKeys?: string[] | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'May it edit in the name of every user of the site? Only a caller that may do so itself can give this.',
  })
  anyUser: boolean;
}

@InterfaceType({ description: 'Implemented by both members: one fragment serves every client.' })
export abstract class CreateApiKeyOutcome {
  constructor(creation: KeyCreation) {
    this.apiKey = creation.kind === 'success' ? toApiKey(creation.key) : null;
    this.key = creation.kind === 'success' ? creation.text : null;
    this.problems = creation.kind === 'success' ? [] : creation.problems;
  }

  @Field(() => ApiKey, { nullable: true, description: 'The new key; null on Error.' })
  apiKey: ApiKey | null;

  @Field(() => String, {
    nullable: true,
    description: 'What to send as `Authorization: Bearer`. Shown this once: it is not stored. Null on Error.',
  })
  key: string | null;

  @Field(() => [ProblemType], { description: 'What is wrong with the input.' })
  problems: readonly Problem[];
}

@ObjectType({ implements: CreateApiKeyOutcome, description: 'Created.' })
class CreateApiKeySuccess extends CreateApiKeyOutcome {}

@ObjectType({
  implements: CreateApiKeyOutcome,
  description: 'Nothing is created. All problems are told together.',
})
class CreateApiKeyError extends CreateApiKeyOutcome {}

const CreateApiKeyResult = createUnionType({
  name: 'CreateApiKeyResult',
  description: 'The answer to the creation of a key: success or error.',
  types: () => [CreateApiKeySuccess, CreateApiKeyError] as const,
});

@Resolver()
export class CreateApiKeyResolver {
  @NeedsScope('keys:admin')
  @Mutation(() => CreateApiKeyResult, {
    description: 'Creates an API key on the site of the caller. Its text is in the answer and nowhere else.',
  })
  async createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The key, and what it may do.' })
    input: CreateApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateApiKeyOutcome> {
    const creation = await createApiKey(context, input);
    context.observer.answered('createApiKey', creation.kind);
    return creation.kind === 'success' ? new CreateApiKeySuccess(creation) : new CreateApiKeyError(creation);
  }
}
