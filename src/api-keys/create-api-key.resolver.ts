import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  InterfaceType,
  Mutation,
  ObjectType,
  Resolver,
} from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { ProblemType } from '../contract/problem.type';
import type { Problem } from '../kernel/problem';
import { ApiKey, toApiKey } from './api-key.type';
import { createApiKey, type KeyCreation } from './create-api-key';
import { CreateApiKeyInput } from './create-api-key.input';

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
