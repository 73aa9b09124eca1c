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
import { setWebhook, type WebhookChange } from './set-webhook';
import { SetWebhookInput } from './set-webhook.input';
import { toWebhook, Webhook } from './webhook.type';

@InterfaceType({ description: 'Implemented by both members: one fragment serves every client.' })
export abstract class SetWebhookOutcome {
  constructor(change: WebhookChange, now: number) {
    this.webhook = change.kind === 'success' ? toWebhook(change.webhook, now) : null;
    this.secret = change.kind === 'success' ? change.secret : null;
    this.problems = change.kind === 'success' ? [] : change.problems;
  }

  @Field(() => Webhook, {
    nullable: true,
    description: 'As it is now; null where it was ended, and on Error.',
  })
  webhook: Webhook | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The signing secret, where this call made one: `whsec_` and the key in base64, as Standard Webhooks has it. Shown this once.',
  })
  secret: string | null;

  @Field(() => [ProblemType], { description: 'What is wrong with the input.' })
  problems: readonly Problem[];
}

@ObjectType({ implements: SetWebhookOutcome, description: 'It is as it was asked for.' })
class SetWebhookSuccess extends SetWebhookOutcome {}

@ObjectType({ implements: SetWebhookOutcome, description: 'Nothing is changed.' })
class SetWebhookError extends SetWebhookOutcome {}

const SetWebhookResult = createUnionType({
  name: 'SetWebhookResult',
  description: 'The answer to a change of the webhook: success or error.',
  types: () => [SetWebhookSuccess, SetWebhookError] as const,
});

@Resolver()
export class SetWebhookResolver {
  @NeedsScope('webhooks:admin')
  @Mutation(() => SetWebhookResult, {
    description:
      'Sets where the notifications of the site are posted, makes a new signing secret, or ends it. The same input again changes nothing, unless it rotates.',
  })
  async setWebhook(
    @Arg('input', () => SetWebhookInput, { description: 'Where to post, and whether to make a new secret.' })
    input: SetWebhookInput,
    @Ctx() context: RequestContext,
  ): Promise<SetWebhookOutcome> {
    const change = await setWebhook(context, input);
    context.observer.answered('setWebhook', change.kind);
    const now = context.clock().getTime();
    return change.kind === 'success' ? new SetWebhookSuccess(change, now) : new SetWebhookError(change, now);
  }
}
