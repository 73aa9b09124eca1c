import { SpanKind, TraceFlags, type TraceState } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { withoutPersonalData } from '../../src/tracing/without-personal-data';

const MARKER = 'zoe@example.org';
const STATE = { serialize: () => `vendor=${MARKER}` } as TraceState;
const CONTEXT = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED };

function spanWith(fields: Partial<ReadableSpan>): ReadableSpan {
  return {
    name: 'POST /graphql',
    kind: SpanKind.SERVER,
    spanContext: () => CONTEXT,
    startTime: [1, 0],
    endTime: [2, 0],
    duration: [1, 0],
    ended: true,
    status: { code: 0 },
    attributes: {},
    events: [],
    links: [],
    resource: emptyResource(),
    instrumentationScope: { name: 'test' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...fields,
  };
}

function exported(fields: Partial<ReadableSpan>, failure?: Error): { span: ReadableSpan; told: unknown[] } {
  const spans: ReadableSpan[] = [];
  const told: unknown[] = [];
  const exporter: SpanExporter = {
    export: (batch, done) => {
      spans.push(...batch);
      done(
        failure === undefined
          ? { code: ExportResultCode.SUCCESS }
          : { code: ExportResultCode.FAILED, error: failure },
      );
    },
    shutdown: async () => {},
  };
  withoutPersonalData(exporter, (error) => told.push(error)).export([spanWith(fields)], ({ code }) =>
    told.push(code),
  );
  return { span: spans[0] as ReadableSpan, told };
}

describe('a span that is exported', () => {
  it('keeps the attributes of the list, and no other', () => {
    const { span } = exported({
      attributes: {
        'http.route': '/graphql',
        'http.response.status_code': 200,
        'url.path': MARKER,
        'url.query': MARKER,
        'user_agent.original': MARKER,
        'client.address': '203.0.113.7',
        'http.request.header.authorization': MARKER,
        'graphql.source': MARKER,
        'graphql.variables.input': MARKER,
        'of.a.later.version': MARKER,
      },
    });
    expect(span.attributes).toEqual({ 'http.route': '/graphql', 'http.response.status_code': 200 });
  });

  it('keeps names and codes of errors where they are words', () => {
    const kept = (type: string) => exported({ attributes: { 'error.type': type } }).span.attributes;
    for (const type of ['TypeError', 'ER_DUP_ENTRY', 'graphql.validation.error', '500']) {
      expect(kept(type)).toEqual({ 'error.type': type });
    }
    for (const type of [MARKER, 'two words', 'x'.repeat(65), '']) expect(kept(type)).toEqual({});
  });

  it('keeps of an exception its type, of a status its code, and no other event or link', () => {
    const { span } = exported({
      status: { code: 2, message: MARKER },
      events: [
        {
          name: 'exception',
          time: [1, 0],
          attributes: {
            'exception.type': 'ER_DUP_ENTRY',
            'exception.message': MARKER,
            'exception.stacktrace': MARKER,
          },
        },
        { name: MARKER, time: [1, 0] },
      ],
      links: [{ context: { ...CONTEXT, traceState: STATE }, attributes: { mail: MARKER } }],
    });
    expect(span).toMatchObject({
      status: { code: 2 },
      events: [{ name: 'exception', attributes: { 'exception.type': 'ER_DUP_ENTRY' } }],
      links: [],
    });
    expect(JSON.stringify(span)).not.toContain(MARKER);
  });

  it('is called by the type of its GraphQL operation, never by the name', () => {
    expect(exported({ name: 'query Zoe', attributes: { 'graphql.operation.type': 'query' } }).span.name).toBe(
      'query',
    );
    expect(exported({ name: 'SELECT' }).span.name).toBe('SELECT');
  });

  it('belongs to the same trace, without the state that callers sent', () => {
    const { span } = exported({
      spanContext: () => ({ ...CONTEXT, traceState: STATE }),
      parentSpanContext: { ...CONTEXT, isRemote: true, traceState: STATE },
    });
    expect(span.spanContext()).toEqual(CONTEXT);
    expect(span.parentSpanContext).toEqual({ ...CONTEXT, isRemote: true });
  });

  it('holds the beginning of long texts', () => {
    const { span } = exported({ attributes: { 'db.query.text': 'x'.repeat(5_000) } });
    expect(span.attributes).toEqual({ 'db.query.text': 'x'.repeat(2_000) });
  });

  it('tells whether exporting worked', () => {
    const failure = new Error('down');
    expect(exported({}).told).toEqual([undefined, ExportResultCode.SUCCESS]);
    expect(exported({}, failure).told).toEqual([failure, ExportResultCode.FAILED]);
  });
});
