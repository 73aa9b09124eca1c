import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../src/access/limits';
import { createMetrics } from '../../src/metrics/metrics';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'observability.md'), 'utf8');

describe('docs/observability.md', () => {
  it('lists every metric of the server with its type and labels, and no other', () => {
    const metrics = createMetrics('0.0.0');
    metrics.watchDatabase(() => ({ connectionsInUse: 0, connectionsIdle: 0, waiting: 0 }));
    metrics.watchJobs(async () => ({ queued: 0, running: 0, oldestQueuedSeconds: 0 }));
    const documented = [...PAGE.matchAll(/^\| `(coursetrack_\w+)` \| (\w+) \|([^|]*)\|/gm)].map(
      ([, name, type, labels = '']) => ({
        name,
        type,
        labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
      }),
    );
    const kept = metrics.registry.getMetricsAsArray() as unknown as {
      name: string;
      type: string;
      labelNames: string[];
    }[];
    expect(documented).toEqual(
      kept.map(({ name, type, labelNames }) => ({ name, type, labels: labelNames })),
    );
  });

  it('lists every limit', () => {
    const [line = ''] = /^.*`limit` is one of.*$/m.exec(PAGE) ?? [];
    const [, listed = ''] = line.split('is one of');
    expect([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(LIMITS);
  });

  it('tells that the metrics of the process keep the names that dashboards know', () => {
    const metrics = createMetrics('0.0.0');
    const own = new Set(metrics.registry.getMetricsAsArray().map(({ name }) => name));
    metrics.watchProcess();
    const added = metrics.registry.getMetricsAsArray().filter(({ name }) => !own.has(name));
    expect(added.length).toBeGreaterThan(10);
    for (const { name } of added) expect(name).toMatch(/^(process|nodejs)_/);
    expect(added.map(({ name }) => name)).toContain('nodejs_eventloop_lag_p99_seconds');
  });
});
