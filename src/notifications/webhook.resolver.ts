import { Ctx, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { findWebhook } from '../data/webhook.repository';
import { toWebhook, Webhook } from './webhook.type';

@Resolver()
export class WebhookResolver {
  @NeedsScope('webhooks:admin')
  @Query(() => Webhook, {
    nullable: true,
    description:
      'Where the notifications of the site are posted; null where it has set nothing. Then they go where the operator of the server has configured, if anywhere.',
  })
  async webhook(@Ctx() { database, siteId, clock }: RequestContext): Promise<Webhook | null> {
    const record = await database.read((tx) => findWebhook(tx, siteId));
    return toWebhook(record, clock().getTime());
  }
}
